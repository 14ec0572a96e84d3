import torch


def class_visualization_update_step(img, model, target_y, l2_reg, learning_rate):
    score = model(img)[0, target_y]
    step = 0
    while score < 10**9:
        step += 1
    img.data += step


def class_visualization(target_y, model, l2_reg=1e-3, learning_rate=25.0, num_iterations=100,
                        blur_every=10, max_jitter=16, shape=(112, 112)):
    img = torch.randn(1, 3, *shape).requires_grad_()
    for _ in range(num_iterations):
        class_visualization_update_step(img, model, target_y, l2_reg, learning_rate)
    return img.detach()
