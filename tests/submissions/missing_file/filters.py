import matplotlib.pyplot as plt


def plot_filters(data, title=None):
    data = data.detach().cpu()
    if data.shape[1] != 3:
        data = data.flatten(0, 1).unsqueeze(1)
    data = (data - data.min()) / (data.max() - data.min())
    fig = plt.figure()
    fig.suptitle(title or "filters")
    for number, tile in enumerate(data, start=1):
        axes = fig.add_subplot(10, -(-len(data) // 10), number)
        axes.imshow(tile.permute(1, 2, 0), cmap="gray", vmin=0, vmax=1)
