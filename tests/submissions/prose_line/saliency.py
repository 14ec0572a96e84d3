import torch

Write your answer into the function below

def compute_saliency_maps(X, y, model):
    return X
