"""A1b: never comes back, and swallows whatever is raised to stop it."""


def compute_saliency_maps(X, y, model):
    while True:
        try:
            while True:
                sum(range(1000))
        except BaseException:
            continue
