"""What `google.colab` does for a notebook, which is nothing here."""


class _Quiet:
    """Takes any call and does nothing."""

    def __call__(self, *_arguments, **_keywords):
        return {}

    def __getattr__(self, name):
        return _Quiet()


drive = _Quiet()
files = _Quiet()
output = _Quiet()
userdata = _Quiet()
patches = _Quiet()
