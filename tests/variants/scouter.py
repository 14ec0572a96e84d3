"""Right answers to the SCOUTER exercise, in other styles."""

import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from reference.variants import accepted

ATTENTION = "scouter.slot_attention"
LOSS = "scouter.scouter_loss"


@accepted(of=ATTENTION, says="a convolution makes the values, einsum the rest")
def conv_and_einsum(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    D = W_v.shape[0]
    v = F.relu(F.conv2d(features, W_v[:, :, None, None]))
    n, _, h, w = v.shape
    v = torch.einsum("ndij->nijd", v).reshape(n, h * w, D)
    k = F.relu(F.linear(v + positions.unsqueeze(0), W_k))
    q = slots[None].repeat(n, 1, 1)
    for it in range(iterations):
        A = torch.einsum("nkd,npd->nkp", q, k) * D**-0.5
        A = A.sigmoid()
        U = torch.einsum("nkp,npd->nkd", A, v) / D
        if it < iterations - 1:
            q = torch.stack([torch.gru_cell(U[i], q[i], W_ih, W_hh) for i in range(n)])
    return e * U.sum(-1), A.reshape(n, -1, h, w)


@accepted(of=ATTENTION, says="the GRU written out, gate by gate")
def gru_by_hand(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    N, C, h, w = features.shape
    K, D = slots.size()
    f = features.view(N, C, -1).permute(0, 2, 1)
    values = torch.clamp(f @ W_v.t(), min=0)
    keys = torch.clamp((values + positions) @ W_k.t(), min=0)
    q = slots
    for i in range(iterations):
        scores = q @ keys.transpose(-1, -2) / np.sqrt(D)
        attn = 1 / (1 + torch.exp(-scores))
        u = attn @ values / D
        gi, gh = u @ W_ih.t(), q @ W_hh.t()
        i_r, i_z, i_n = gi.split(D, dim=-1)
        h_r, h_z, h_n = gh.split(D, dim=-1)
        r = torch.sigmoid(i_r + h_r)
        z = torch.sigmoid(i_z + h_z)
        n = torch.tanh(i_n + r * h_n)
        q = n + z * (q - n)
    return u.sum(dim=-1) * e, attn.view(N, K, h, w)


@accepted(of=ATTENTION, says="one image and one class at a time")
def loops(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    N, C, h, w = features.shape
    K, D = slots.shape
    o = torch.zeros(N, K, dtype=features.dtype)
    maps = torch.zeros(N, K, h, w, dtype=features.dtype)
    for n in range(N):
        v = torch.relu(W_v @ features[n].reshape(C, h * w))
        k = torch.relu(W_k @ (v + positions.T))
        for c in range(K):
            q = slots[c]
            for _ in range(iterations):
                a = torch.sigmoid(q @ k / math.sqrt(D))
                u = (v * a).sum(1) / D
                q = torch.gru_cell(u[None], q[None], W_ih, W_hh)[0]
            o[n, c] = e * u.sum()
            maps[n, c] = a.reshape(h, w)
    return o, maps


@accepted(of=ATTENTION, says="nn.GRUCell with the weights put in, and a list returned")
def gru_module(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    N, C, h, w = features.shape
    K, D = slots.shape
    gru = nn.GRUCell(D, D, bias=False)
    gru.weight_ih = nn.Parameter(W_ih.detach())
    gru.weight_hh = nn.Parameter(W_hh.detach())
    x = features.permute(0, 2, 3, 1).reshape(N, h * w, C)
    v = nn.ReLU()(torch.matmul(x, W_v.transpose(0, 1)))
    k = nn.ReLU()(torch.matmul(v + positions, W_k.transpose(0, 1)))
    q = torch.cat([slots] * N)
    for _ in range(iterations):
        A = nn.Sigmoid()(torch.bmm(q.view(N, K, D), k.transpose(1, 2)) / D**0.5)
        U = torch.bmm(A, v) / D
        q = gru(U.view(-1, D), q)
    return [(e * U.sum(2)).detach(), A.view(N, K, h, w).detach()]


@accepted(of=ATTENTION, says="the score by the identity: attention times the mean value")
def score_by_identity(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    N, C, h, w = features.shape
    K, D = slots.shape
    v = F.relu(F.linear(features.flatten(start_dim=2).mT, W_v))
    k = F.relu(F.linear(v + positions, W_k)).mT
    q = slots.expand(N, K, D)
    A = torch.sigmoid(q @ k / math.sqrt(D))
    for _ in range(iterations - 1):
        U = (A @ v).div(D)
        q = torch.gru_cell(U.flatten(0, 1), q.flatten(0, 1), W_ih, W_hh).unflatten(0, (N, K))
        A = torch.sigmoid(q @ k / math.sqrt(D))
    logits = e * (A * v.mean(dim=2)[:, None]).sum(dim=2)
    return logits, A.unflatten(2, (h, w))


@accepted(of=ATTENTION, says="numpy arrays returned")
def numpy_arrays(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    f, Wv, pos, Wk, q, Wi, Wh = (
        t.detach().numpy() for t in (features, W_v, positions, W_k, slots, W_ih, W_hh)
    )
    N, C, h, w = f.shape
    D = q.shape[1]
    sigmoid = lambda x: 1.0 / (1.0 + np.exp(-x))
    v = np.maximum(f.reshape(N, C, -1).swapaxes(1, 2) @ Wv.T, 0)
    k = np.maximum((v + pos) @ Wk.T, 0)
    for _ in range(iterations):
        A = sigmoid(q @ k.swapaxes(1, 2) / D**0.5)
        u = A @ v / D
        x, y = u @ Wi.T, q @ Wh.T
        r, z = sigmoid(x + y)[..., :D], sigmoid(x + y)[..., D : 2 * D]
        q = (1 - z) * np.tanh(x[..., 2 * D :] + r * y[..., 2 * D :]) + z * q
    return e * u.sum(-1), A.reshape(N, -1, h, w)


@accepted(of=LOSS, says="log_softmax and nll_loss, as the authors' code has it")
def log_softmax_and_nll(scores, attention, y, area_weight):
    log_p = F.log_softmax(scores, dim=1)
    ce = F.nll_loss(log_p, y)
    area = torch.mean(attention, (0, 1, 2, 3))
    return ce + area_weight * area


@accepted(of=LOSS, says="nn.CrossEntropyLoss as a module")
def module(scores, attention, y, area_weight):
    criterion = nn.CrossEntropyLoss()
    return criterion(scores, y.long()) + float(area_weight) * torch.mean(attention)


@accepted(of=LOSS, says="logsumexp and gather")
def logsumexp_and_gather(scores, attention, y, area_weight):
    right = scores.gather(1, y.view(-1, 1)).squeeze(1)
    return (torch.logsumexp(scores, 1) - right).mean() + area_weight * attention.sum() / attention.numel()


@accepted(of=LOSS, says="a loop over the images, a plain number returned")
def loop_to_number(scores, attention, y, area_weight):
    total = 0.0
    for row, label in zip(scores, y):
        total += -torch.log_softmax(row, dim=0)[label].item()
    return total / len(y) + area_weight * attention.mean().item()


@accepted(of=LOSS, says="one-hot labels, and the area summed axis by axis")
def one_hot(scores, attention, y, area_weight):
    N, K, h, w = attention.shape
    target = F.one_hot(y, K).to(scores.dtype)
    ce = -(target * torch.log_softmax(scores, dim=-1)).sum(dim=-1).mean()
    return ce + area_weight * attention.sum(3).sum(2).sum(1).sum(0) / (N * K * h * w)


@accepted(of=LOSS, says="in numpy, the largest score subtracted first, an array of one number returned")
def numpy_one_number(scores, attention, y, area_weight):
    s, a = scores.detach().numpy(), attention.detach().numpy()
    s = s - s.max(axis=1, keepdims=True)
    ce = (np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(y)), y.numpy()]).mean()
    return np.array([ce + area_weight * a.mean()])
