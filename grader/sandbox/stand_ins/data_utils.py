"""The data sets that CS231n's files load, none of which is here: whoever calls for one is told so."""


def _absent(what):
    def load(*_arguments, **_keywords):
        raise FileNotFoundError(
            f"{what} is not here: the functions that are graded receive their pictures as arguments"
        )

    return load


load_imagenet_val = _absent("ImageNet")
load_tiny_imagenet = _absent("Tiny ImageNet")
load_CIFAR10 = _absent("CIFAR-10")
get_CIFAR10_data = _absent("CIFAR-10")
