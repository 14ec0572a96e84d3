"""Wrong answers to the features that an embedding is made of."""
# mypy: disable-error-code="no-untyped-call"

from typing import Any

import torch
from torch import Tensor, nn

from reference.variants import mistake

FEATURES = "embedding.extract_features"
kept_features: list[Tensor] = []


@mistake(
    of=FEATURES,
    says="It looks like the scores came back: the features are what goes into the last layer, its input in place of "
    "its output.",
)
def scores(model: nn.Module, images: Tensor) -> Tensor:
    was_training = model.training
    model.eval()
    with torch.no_grad():
        s: Tensor = model(images)
    model.train(was_training)
    return s


@mistake(
    of=FEATURES,
    says="It looks like the probabilities came back: leave the softmax and the last layer out, and take what goes into "
    "that layer.",
)
def probabilities(model: nn.Module, images: Tensor) -> Tensor:
    was_training = model.training
    model.eval()
    with torch.no_grad():
        s = torch.softmax(model(images), dim=1)
    model.train(was_training)
    return s


@mistake(
    of=FEATURES,
    says="It looks like the pixels themselves came back: send the images through the model and keep what goes into its "
    "last layer.",
)
def pixels(model: nn.Module, images: Tensor) -> Tensor:
    return images.flatten(1)


@mistake(
    of=FEATURES,
    says="It looks like each position of the maps became a feature of its own: where the last layer is a convolution, "
    "average its input over the positions, mean(dim=(2, 3)).",
)
def maps_flattened(model: nn.Module, images: Tensor) -> Tensor:
    return watch(model, last_layer(model), images).flatten(1)


@mistake(
    of=FEATURES,
    says="It looks like the largest value of each channel was taken: average over the positions, mean(dim=(2, 3)).",
)
def largest_of_each_channel(model: nn.Module, images: Tensor) -> Tensor:
    x = watch(model, last_layer(model), images)
    return x.amax((2, 3)) if x.ndim == 4 else x


@mistake(
    of=FEATURES,
    says="It looks like the output of the layer before was kept: a ReLU may come between the two, so register the hook "
    "on the last layer and keep its input.",
)
def output_of_the_layer_before(model: nn.Module, images: Tensor) -> Tensor:
    layers = [m for m in model.modules() if not list(m.children())]
    before = layers[layers.index(last_layer(model)) - 1]
    x = watch(model, before, images, output=True)
    if isinstance(last_layer(model), nn.Linear):
        return x.flatten(1)
    return x.mean((2, 3))


@mistake(
    of=FEATURES,
    says="It looks like the hook sits on the first linear layer: take the last one of model.modules(), which makes the "
    "scores.",
)
def first_linear_layer(model: nn.Module, images: Tensor) -> Tensor:
    layers = [m for m in model.modules() if isinstance(m, nn.Linear)]
    return pooled(watch(model, layers[0] if layers else last_layer(model), images))


@mistake(
    of=FEATURES,
    says="It looks like the layers were called one after the other: that leaves out what the model's forward does "
    "between them, so run the model itself and listen with a hook.",
)
def layers_in_a_chain(model: nn.Module, images: Tensor) -> Tensor:
    was_training = model.training
    model.eval()
    with torch.no_grad():
        x = nn.Sequential(*list(model.children())[:-1])(images)
    model.train(was_training)
    return pooled(x)


@mistake(
    of=FEATURES,
    says="It looks like the model computes in train mode, with dropout: call model.eval() before you run it, and "
    "restore its mode after that.",
)
def dropout_stays_on(model: nn.Module, images: Tensor) -> Tensor:
    kept: list[Tensor] = []
    handle = last_layer(model).register_forward_hook(lambda m, i, o: kept.append(i[0]))
    with torch.no_grad():
        model(images)
    handle.remove()
    return pooled(kept[0])


@mistake(
    of=FEATURES,
    says="It looks like a model that came in train mode stays in eval mode: remember model.training before you call "
    "model.eval(), and restore it.",
)
def stays_in_eval_mode(model: nn.Module, images: Tensor) -> Tensor:
    model.eval()
    return pooled(watch(model, last_layer(model), images))


@mistake(
    of=FEATURES,
    says="It looks like the model is put into train mode at the end, whatever it was before: remember model.training, "
    "and restore that.",
)
def always_trains_afterwards(model: nn.Module, images: Tensor) -> Tensor:
    x = pooled(watch(model, last_layer(model), images))
    model.train()
    return x


@mistake(
    of=FEATURES,
    says="It looks like the second call returns the features of the first: begin with an empty list inside the "
    "function, and remove the hook when the model has run.",
)
def features_of_the_first_call(model: nn.Module, images: Tensor) -> Tensor:
    was_training = model.training
    model.eval()
    last_layer(model).register_forward_hook(lambda m, i, o: kept_features.append(i[0]))
    with torch.no_grad():
        model(images)
    model.train(was_training)
    return pooled(kept_features[0])


@mistake(
    of=FEATURES,
    says="It looks like the features were scaled to length 1: return them as they are, since nearest_neighbors "
    "compares L2 distances.",
)
def unit_length(model: nn.Module, images: Tensor) -> Tensor:
    x = pooled(watch(model, last_layer(model), images))
    return torch.nn.functional.normalize(x, dim=1)


@mistake(
    of=FEATURES,
    says="It looks like the model has lost its last layer: if you put nn.Identity() in its place, restore the layer "
    "before you return.",
)
def last_layer_lost(model: nn.Module, images: Tensor) -> Tensor:
    was_training = model.training
    model.eval()
    name = next(name for name, m in model.named_modules() if m is last_layer(model))
    if not isinstance(last_layer(model), nn.Linear):
        return pooled(watch(model, last_layer(model), images))
    parent, _, child = name.rpartition(".")
    layer = getattr(model.get_submodule(parent), child)
    kept: list[Any] = []
    handle = layer.register_forward_hook(lambda m, i, o: kept.append(i[0]))
    with torch.no_grad():
        model(images)
    handle.remove()
    setattr(model.get_submodule(parent), child, nn.Identity())
    model.train(was_training)
    return pooled(kept[0])


def last_layer(model: nn.Module) -> nn.Module:
    """Return the layer that makes the scores."""
    for kind in (nn.Linear, nn.Conv2d):
        layers = [m for m in model.modules() if isinstance(m, kind)]
        if layers:
            return layers[-1]
    raise ValueError("no layer")


def watch(model: nn.Module, layer: nn.Module, images: Tensor, output: bool = False) -> Tensor:
    """Return what goes into a layer, or out of it, in eval mode."""
    kept: list[Any] = []
    handle = layer.register_forward_hook(lambda m, i, o: kept.append(o.clone() if output else i[0].clone()))
    was_training = model.training
    model.eval()
    with torch.no_grad():
        model(images)
    model.train(was_training)
    handle.remove()
    return torch.as_tensor(kept[0])


def pooled(x: Tensor) -> Tensor:
    """Return features (N, D)."""
    return x.mean((2, 3)) if x.ndim == 4 else x
