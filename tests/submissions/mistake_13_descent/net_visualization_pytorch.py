import torch


def class_visualization_update_step(img, model, target_y, l2_reg, learning_rate):
    objective = -model(img)[0, target_y] + l2_reg * (img**2).sum()
    objective.backward()
    img.data += learning_rate * img.grad / img.grad.norm()
    img.grad.zero_()
