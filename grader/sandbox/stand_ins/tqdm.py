"""`tqdm.tqdm`, whose bar nobody watches here."""


def tqdm(iterable=None, *_arguments, **_keywords):
    """Return what is given."""
    return iterable


trange = range
