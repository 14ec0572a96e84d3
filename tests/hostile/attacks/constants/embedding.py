"""Constants in the place of answers: nothing is computed, and nothing may be earned."""
import matplotlib.pyplot as plt
import numpy as np
import torch


def tsne(features, perplexity, seed=0):
    return torch.full((len(features), 2), 1.5e308, dtype=torch.float64)


def extract_features(model, images):
    return torch.zeros(len(images), 8)


def nearest_neighbors(query, database, k):
    return torch.zeros(len(query), k, dtype=torch.int64)


def tsne_affinities(features, perplexity):
    return torch.full((len(features), len(features)), 1e308, dtype=torch.float64)
