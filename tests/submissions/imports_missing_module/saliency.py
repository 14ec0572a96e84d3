import cv2_for_students
import torch


def compute_saliency_maps(X, y, model):
    return cv2_for_students.saliency(X)


def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    return image.grad[0]


def visualize_saliency(image, model):
    return torch.zeros(image.shape[1:])
