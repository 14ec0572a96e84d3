import torch

from imaging import blur_image, clamp_to_colours, jitter


def class_visualization_update_step(img, model, target_y, l2_reg, learning_rate):
    # TODO after the lecture on regularisation
    raise NotImplementedError("class_visualization: write class_visualization_update_step")


def class_visualization(
    target_y,
    model,
    l2_reg=1e-3,
    learning_rate=25.0,
    num_iterations=100,
    blur_every=10,
    max_jitter=16,
    shape=(112, 112),
):
    raise NotImplementedError("class_visualization: write class_visualization")
