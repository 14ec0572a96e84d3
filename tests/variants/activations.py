"""Right answers to the activations exercise, in other styles."""

import math

import matplotlib.pyplot as plt
import numpy as np

from reference.activations import activation_list, plot_activations
from reference.imaging import tile_images
from reference.variants import accepted

HOOK = "activations.show_activations_hook"
PLOT = "activations.plot_activations"


@accepted(of=HOOK, says="the output itself is appended")
def appends_the_output_itself(name, module, input, output):
    if output.dim() == 4:
        activation_list.append(output)
        plot_activations(output, f"Activations on: {name}")


@accepted(of=HOOK, says="a detached copy is appended, drawn before")
def appends_a_detached_copy(name, module, input, output):
    if len(output.shape) == 4:
        plot_activations(output, "Activations on: " + name)
        activation_list.append(output.detach().clone())


@accepted(of=HOOK, says="an early return for other shapes")
def early_return(name, module, input, output):
    if output.ndim != 4:
        return
    activation_list.append(output.data)
    plot_activations(activation_list[-1], "Activations on: %s" % name)


@accepted(of=HOOK, says="the output is returned as it is, which replaces it with itself")
def returns_the_output_as_it_is(name, module, input, output):
    if output.dim() == 4:
        activation_list.append(output)
        plot_activations(output, "Activations on: {}".format(name))
    return output


@accepted(of=HOOK, says="list addition, and keyword arguments")
def list_addition(name, module, input, output):
    if output.dim() == 4:
        global activation_list
        activation_list += [output.clone().detach()]
        plot_activations(activations=output, title=f"Activations on: {name}")


@accepted(of=HOOK, says="moved to the CPU first")
def moved_to_the_cpu(name, module, input, output):
    out = output.detach().cpu().clone()
    if out.dim() == 4:
        activation_list.append(out)
        plot_activations(out, f"Activations on: {name}")


@accepted(of=PLOT, says="subplots, one for each channel")
def subplots(activations, title):
    maps = activations[0].detach().cpu().numpy()
    columns = int(np.ceil(np.sqrt(len(maps))))
    rows = int(np.ceil(len(maps) / columns))
    fig, axes = plt.subplots(rows, columns, squeeze=False)
    fig.suptitle(title)
    for ax in axes.flat:
        ax.axis("off")
    for ax, channel in zip(axes.flat, maps):
        ax.imshow(channel, cmap="gray")


@accepted(of=PLOT, says="each channel has its own minimum and maximum")
def each_channel_by_itself(activations, title):
    maps = activations[0].detach()
    low, high = maps.amin((1, 2), keepdim=True), maps.amax((1, 2), keepdim=True)
    maps = (maps - low) / (high - low).clamp(min=1e-8)
    plt.figure()
    plt.imshow(tile_images(maps.unsqueeze(-1).numpy()), cmap="gray", vmin=0, vmax=1)
    plt.title(title)


@accepted(of=PLOT, says="the default colours of imshow, and numpy loops")
def default_colours(activations, title):
    maps = activations.detach().numpy()[0]
    C, H, W = maps.shape
    n = math.ceil(math.sqrt(C))
    canvas = np.full((n * (H + 1), n * (W + 1)), maps.min())
    for k in range(C):
        i, j = k // n, k % n
        canvas[i * (H + 1) : i * (H + 1) + H, j * (W + 1) : j * (W + 1) + W] = maps[k]
    plt.figure(figsize=(10, 10))
    plt.imshow(canvas)
    plt.axis("off")
    plt.title(title)


@accepted(of=PLOT, says="a square grid padded with ones, one minimum and maximum for all")
def square_grid_padded(activations, title):
    data = activations[0].unsqueeze(-1).detach().cpu().numpy()
    data = (data - data.min()) / (data.max() - data.min())
    n = int(np.ceil(np.sqrt(data.shape[0])))
    data = np.pad(data, ((0, n**2 - len(data)), (0, 2), (0, 2), (0, 0)), constant_values=1)
    data = data.reshape((n, n) + data.shape[1:]).transpose(0, 2, 1, 3, 4)
    data = data.reshape(n * data.shape[1], n * data.shape[3])
    plt.figure(figsize=(10, 10))
    plt.axis("off")
    plt.title(title)
    plt.imshow(data, cmap="gray")


@accepted(of=PLOT, says="a mosaic of uint8 with the object interface")
def mosaic_of_uint8(activations, title):
    maps = activations[0].detach()
    maps = (255 * (maps - maps.min()) / (maps.max() - maps.min())).round().byte()
    fig, ax = plt.subplots()
    ax.imshow(tile_images(maps[..., None].numpy(), padding=2), cmap="gray", vmin=0, vmax=255)
    ax.set_title(title)
    ax.set_axis_off()


@accepted(of=PLOT, says="one long column, no gap")
def one_long_column(activations, title):
    column = activations.detach()[0].reshape(-1, activations.shape[-1])
    plt.figure()
    plt.imshow(column.numpy(), cmap="gray", aspect="auto")
    plt.suptitle(title)
