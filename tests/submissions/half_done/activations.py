import matplotlib.pyplot as plt

from imaging import image_tensor_to_numpy, tile_images

activation_list = []


def show_activations_hook(name, module, input, output):
    if len(output.shape) != 4:
        return
    activation_list.append(output.detach())
    plot_activations(output, "layer output")


def plot_activations(activations, title):
    first = activations[0]
    tiles = image_tensor_to_numpy(first[:, None])
    plt.figure()
    plt.title(title)
    plt.imshow(tile_images(tiles), cmap="gray")
