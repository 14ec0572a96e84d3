"""Raises exceptions whose names, texts, notes and frames are endless, or raise exceptions of their own."""


def compute_saliency_maps(X, y, model):
    def deeper(n):
        if n == 0:
            raise Loud("x" * 10_000_000)
        deeper(n - 1)

    deeper(500)


class Loud(Exception):
    pass


Loud.__name__ = Loud.__qualname__ = "L" * 1_000_000


class Mute(BaseException):
    def __str__(self):
        raise SystemExit("no text")

    __repr__ = __str__


class NoText(Exception):
    def __str__(self):
        return 7


def visualize_saliency(image, model):
    raise Mute


def compute_gradient_score(scores, image, class_idx):
    raise NoText
