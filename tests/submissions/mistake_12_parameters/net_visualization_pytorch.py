import torch


def class_visualization_update_step(img, model, target_y, l2_reg, learning_rate):
    l2 = sum((p**2).sum() for p in model.parameters())
    objective = model(img)[0, target_y] - l2_reg * l2
    objective.backward()
    img.data += learning_rate * img.grad / img.grad.norm()
    img.grad.zero_()
