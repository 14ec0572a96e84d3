"""Right answers to t-SNE, its affinities and its map, in other styles."""

import math

import numpy as np
import torch

from reference.embedding import tsne_affinities
from reference.variants import accepted

AFFINITIES = "embedding.tsne_affinities"
TSNE = "embedding.tsne"


@accepted(of=AFFINITIES, says="row by row, with tolerance 1e-5 and 50 tries, as in many a script")
def row_by_row(features, perplexity):
    X = features
    n = X.shape[0]
    sum_X = torch.sum(X * X, 1)
    D = torch.add(torch.add(-2 * torch.mm(X, X.t()), sum_X).t(), sum_X)
    P = torch.zeros(n, n, dtype=X.dtype)
    logU = math.log(perplexity)
    for i in range(n):
        beta, betamin, betamax = 1.0, -np.inf, np.inf
        Di = torch.cat([D[i, :i], D[i, i + 1 :]])
        Di = Di - Di.min()
        for _ in range(50):
            p = torch.exp(-Di * beta)
            total = p.sum()
            H = torch.log(total) + beta * torch.sum(Di * p) / total
            p = p / total
            Hdiff = (H - logU).item()
            if abs(Hdiff) < 1e-5:
                break
            if Hdiff > 0:
                betamin = beta
                beta = beta * 2 if betamax == np.inf else (beta + betamax) / 2
            else:
                betamax = beta
                beta = beta / 2 if betamin == -np.inf else (beta + betamin) / 2
        P[i, :i], P[i, i + 1 :] = p[:i], p[i:]
    P = P + P.T
    return P / P.sum()


@accepted(of=AFFINITIES, says="numpy in float64, entropy in bits, the bandwidth itself is searched")
def numpy_bandwidth(features, perplexity):
    X = features.numpy().astype(np.float64)
    n = len(X)
    D = ((X[:, None] - X[None]) ** 2).sum(-1)
    cond = np.zeros((n, n))
    for i in range(n):
        others = [j for j in range(n) if j != i]
        d = D[i, others] - D[i, others].min()
        lo, hi = 0.0, 10 * np.sqrt(D.max())
        for _ in range(100):
            sigma = (lo + hi) / 2
            p = np.exp(-d / (2 * sigma**2 + 1e-300))
            p /= p.sum()
            H = -np.sum(p[p > 0] * np.log2(p[p > 0]))
            if 2**H > perplexity:
                hi = sigma
            else:
                lo = sigma
        cond[i, others] = p
    return torch.from_numpy((cond + cond.T) / (2 * n))


@accepted(of=AFFINITIES, says="log_softmax with minus infinity on the diagonal, bisection over the logarithm")
def log_softmax_with_infinity(features, perplexity):
    n = len(features)
    D = torch.cdist(features, features, compute_mode="donot_use_mm_for_euclid_dist").double() ** 2
    D = D / D.mean()
    D.fill_diagonal_(float("inf"))
    lo, hi = torch.full((n, 1), -40.0).double(), torch.full((n, 1), 40.0).double()
    for _ in range(60):
        mid = (lo + hi) / 2
        logp = torch.log_softmax(-mid.exp() * D, 1)
        p = logp.exp()
        H = -(p * logp.masked_fill(p == 0, 0)).sum(1, keepdim=True)
        big = H > np.log(perplexity)
        lo = torch.where(big, mid, lo)
        hi = torch.where(big, hi, mid)
    P = 0.5 * (p + p.t()) / n
    return P.float() if features.dtype == torch.float32 else P


@accepted(of=AFFINITIES, says="a while loop over all rows until each perplexity is right")
def while_not_right(features, perplexity):
    X = features.to(torch.float64)
    D = torch.stack([((X - x) ** 2).sum(1) for x in X])
    D = D / D.max()
    mask = torch.eye(len(X), dtype=bool)
    beta = torch.full((len(X),), 1.0, dtype=torch.float64)
    lo, hi = torch.zeros_like(beta), torch.full_like(beta, torch.inf)
    while True:
        logits = (-D * beta[:, None]).masked_fill(mask, -torch.inf)
        p = logits.softmax(1)
        perp = torch.exp(-torch.xlogy(p, p).sum(1))
        if (perp - perplexity).abs().max() < 1e-6 * perplexity:
            break
        up = perp > perplexity
        lo[up], hi[~up] = beta[up], beta[~up]
        beta = torch.where(torch.isinf(hi), beta * 2, (lo + hi) / 2)
    return ((p + p.T) / (2 * len(X))).type_as(features)


@accepted(of=AFFINITIES, says="Newton steps for the logarithm of the precision, clipped")
def newton(features, perplexity):
    n = len(features)
    x = features.double()
    d = (x.unsqueeze(1) - x.unsqueeze(0)).pow(2).sum(-1)
    keep = ~torch.eye(n, dtype=torch.bool)
    d = d[keep].reshape(n, n - 1)
    d = (d - d.min(1, keepdim=True)[0]) / d.mean()
    t = torch.zeros(n, 1).double()
    for _ in range(200):
        b = t.exp()
        p = torch.softmax(-b * d, 1)
        H = torch.special.entr(p).sum(1, keepdim=True)
        mean = (p * d).sum(1, keepdim=True)
        var = (p * (d - mean) ** 2).sum(1, keepdim=True)
        t = t + ((H - math.log(perplexity)) / (b * b * var + 1e-12)).clamp(-0.5, 0.5)
    P = torch.zeros(n, n).double()
    P[keep] = p.reshape(-1)
    return (P + P.T).to(features.dtype) / (2 * n)


@accepted(of=AFFINITIES, says="loops over pairs, the lists of a beginner")
def lists_and_loops(features, perplexity):
    X = features.tolist()
    n = len(X)
    target = math.log(perplexity)
    P = torch.zeros(n, n, dtype=features.dtype)
    for i in range(n):
        d = [sum((a - b) ** 2 for a, b in zip(X[i], X[j])) for j in range(n) if j != i]
        least, scale = min(d), max(d)
        d = [(value - least) / scale for value in d]
        low, high = 0.0, 1e6
        for _ in range(60):
            beta = (low + high) / 2
            e = [math.exp(-beta * value) for value in d]
            s = sum(e)
            h = -sum(v / s * math.log(v / s) for v in e if v > 0)
            low, high = (beta, high) if h > target else (low, beta)
        row = [v / s for v in e]
        row.insert(i, 0.0)
        P[i] += torch.tensor(row, dtype=features.dtype)
        P[:, i] += torch.tensor(row, dtype=features.dtype)
    return P / (2 * n)


@accepted(
    of=TSNE, says="momentum 0.5 then 0.8, gains, P times 4 for 100 steps, twice as many steps, in numpy"
)
def numpy_with_gains(features, perplexity=30.0, iterations=500, seed=0):
    P = tsne_affinities(features.double(), perplexity).numpy()
    n = len(P)
    P = np.maximum(P, 1e-12)
    Y = np.random.RandomState(seed).randn(n, 2)
    dY, iY, gains = np.zeros((n, 2)), np.zeros((n, 2)), np.ones((n, 2))
    P = P * 4.0
    steps = 2 * iterations
    for it in range(steps):
        sum_Y = np.sum(np.square(Y), 1)
        num = 1 / (1 + np.add(np.add(-2 * np.dot(Y, Y.T), sum_Y).T, sum_Y))
        num[range(n), range(n)] = 0.0
        Q = np.maximum(num / np.sum(num), 1e-12)
        PQ = (P - Q) * num
        dY = PQ.sum(1)[:, None] * Y - PQ @ Y
        momentum = 0.5 if it < 20 else 0.8
        gains = np.where((dY > 0) != (iY > 0), gains + 0.2, gains * 0.8)
        gains[gains < 0.01] = 0.01
        iY = momentum * iY - 100 * gains * dY
        Y = Y + iY
        Y = Y - np.mean(Y, 0)
        if it == 100:
            P = P / 4.0
    return torch.from_numpy(Y).to(features.dtype)


@accepted(of=TSNE, says="autograd of the divergence, and Adam")
def autograd_and_adam(features, perplexity=30.0, iterations=500, seed=0):
    P = tsne_affinities(features, perplexity).clamp(min=1e-12)
    n = P.shape[0]
    torch.manual_seed(seed)
    Y = (torch.randn(n, 2, dtype=features.dtype) * 0.1).requires_grad_()
    optimizer = torch.optim.Adam([Y], lr=1.0)
    off = ~torch.eye(n, dtype=torch.bool)
    for i in range(iterations):
        optimizer.param_groups[0]["lr"] = 1.0 if i < 0.6 * iterations else 0.1
        num = 1 / (1 + ((Y[:, None] - Y) ** 2).sum(-1))[off]
        Q = num / num.sum()
        p = P[off] * (12 if i < iterations // 4 else 1)
        loss = (p * (p / Q).log()).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Y.detach()


@accepted(
    of=TSNE, says="starts from the two main directions, momentum without gains; the seed has nothing to do"
)
def starts_from_main_directions(features, perplexity=30.0, iterations=500, seed=0):
    P = tsne_affinities(features, perplexity)
    X = features - features.mean(0)
    U, S, V = torch.linalg.svd(X, full_matrices=False)
    Y = U[:, :2] * S[:2]
    Y = Y / Y[:, 0].std() * 1e-2
    v = torch.zeros_like(Y)
    n = len(Y)
    for it in range(iterations):
        scale = 12.0 if it < 100 else 1.0
        num = 1 / (1 + torch.cdist(Y, Y) ** 2)
        num.fill_diagonal_(0)
        Q = num / num.sum()
        W = (scale * P - Q) * num
        grad = 4 * (torch.diag(W.sum(1)) - W) @ Y
        v = (0.5 if it < 100 else 0.8) * v - (n / 4 if it < 100 else 50) * grad
        Y = Y + v
    return Y


@accepted(of=TSNE, says="torch.optim.SGD with momentum 0.9, given the gradient by hand, in two stages")
def optimizer_with_own_gradient(features, perplexity=30.0, iterations=500, seed=0):
    gen = torch.Generator()
    gen.manual_seed(seed)
    P = tsne_affinities(features, perplexity)
    Y = torch.nn.Parameter(torch.randn(len(P), 2, generator=gen).to(P.dtype) * 1e-3)
    sgd = torch.optim.SGD([Y], lr=len(P) / 4, momentum=0.9)
    for it in range(iterations):
        with torch.no_grad():
            diff = Y[:, None] - Y[None]
            num = 1 / (1 + diff.pow(2).sum(2))
            num = num - torch.diag(torch.diag(num))
            PP = P * 4 if it < 0.2 * iterations else P
            Y.grad = 4 * (((PP - num / num.sum()) * num)[:, :, None] * diff).sum(1)
        sgd.step()
    return Y.detach().clone()


@accepted(of=TSNE, says="no early exaggeration, which finds as good a map of so few points")
def without_exaggeration(features, perplexity=30.0, iterations=500, seed=0):
    P = tsne_affinities(features.double(), perplexity)
    rng = np.random.default_rng(seed)
    Y = torch.from_numpy(1e-4 * rng.standard_normal((len(P), 2)))
    old = Y.clone()
    for it in range(2 * iterations):
        num = (1 + torch.cdist(Y, Y).square()).reciprocal().fill_diagonal_(0)
        W = (P - num / num.sum()) * num
        grad = 4 * (W.sum(1)[:, None] * Y - W @ Y)
        Y, old = Y - 50 * grad + (0.5 if it < 250 else 0.8) * (Y - old), Y
    return Y.type_as(features)


@accepted(of=TSNE, says="plain gradient descent without momentum, four times as many steps")
def without_momentum(features, perplexity=30.0, iterations=500, seed=0):
    P = tsne_affinities(features, perplexity)
    n = len(P)
    Y = 0.01 * torch.randn((n, 2), generator=torch.Generator().manual_seed(seed)).type_as(P)
    for it in range(4 * iterations):
        ex = 4.0 if it < iterations else 1.0
        num = 1.0 / (1.0 + (Y[:, None, :] - Y[None, :, :]).square().sum(-1))
        num.fill_diagonal_(0.0)
        PQ = (ex * P - num / num.sum()) * num
        Y = Y - n * 4 * (PQ.sum(1, keepdim=True) * Y - PQ @ Y)
    return Y
