"""Wrong answers to the nearest neighbours in feature space."""

import torch
import torch.nn.functional as F
from torch import Tensor

from reference.variants import mistake

NEIGHBORS = "embedding.nearest_neighbors"


@mistake(
    of=NEIGHBORS,
    says="It looks like angles are compared: take the L2 distance, torch.cdist(query, database), which sees how long "
    "the features are too.",
)
def cosine(query: Tensor, database: Tensor, k: int) -> Tensor:
    similarity = F.normalize(query, dim=1) @ F.normalize(database, dim=1).T
    return similarity.topk(k, dim=1).indices


@mistake(
    of=NEIGHBORS,
    says="It looks like dot products are compared: they favour long features, so take the L2 distance, "
    "torch.cdist(query, database).",
)
def dot_product(query: Tensor, database: Tensor, k: int) -> Tensor:
    return (query @ database.T).topk(k, dim=1).indices


@mistake(
    of=NEIGHBORS,
    says="It looks like absolute differences were added: square them before the sum, which is what the L2 distance "
    "does.",
)
def manhattan(query: Tensor, database: Tensor, k: int) -> Tensor:
    return torch.cdist(query, database, p=1).argsort(dim=1)[:, :k]


@mistake(
    of=NEIGHBORS,
    says="It looks like the differences were added before they were squared: positive and negative ones cancel then, "
    "so square first, then sum.",
)
def sum_before_square(query: Tensor, database: Tensor, k: int) -> Tensor:
    return ((query[:, None] - database[None]).sum(2) ** 2).argsort(dim=1)[:, :k]


@mistake(
    of=NEIGHBORS,
    says="It looks like the farthest ones came back: topk takes the largest distances unless you say largest=False.",
)
def farthest(query: Tensor, database: Tensor, k: int) -> Tensor:
    return torch.cdist(query, database).topk(k, dim=1).indices


@mistake(
    of=NEIGHBORS,
    says="It looks like the right neighbours came back with the nearest one last: put the smallest distance first.",
)
def nearest_last(query: Tensor, database: Tensor, k: int) -> Tensor:
    return torch.cdist(query, database).argsort(dim=1, descending=True)[:, -k:]


@mistake(
    of=NEIGHBORS,
    says="It looks like the nearest one is always left out: a query need not be in the database, so return the first k "
    "as they are.",
)
def nearest_left_out(query: Tensor, database: Tensor, k: int) -> Tensor:
    return torch.cdist(query, database).argsort(dim=1)[:, 1 : k + 1]


@mistake(
    of=NEIGHBORS,
    says="It looks like distances came back: return the indices of the rows, such as topk(...).indices or argsort.",
)
def distances(query: Tensor, database: Tensor, k: int) -> Tensor:
    return torch.cdist(query, database).topk(k, dim=1, largest=False).values


@mistake(
    of=NEIGHBORS,
    says="It looks like the sort runs along the queries: sort each row of the (Q, N) distances, dim=1, so that the "
    "indices count rows of the database.",
)
def sorted_along_the_queries(query: Tensor, database: Tensor, k: int) -> Tensor:
    return torch.cdist(query, database).argsort(dim=0)[:, :k]


@mistake(
    of=NEIGHBORS,
    says="It looks like query and database changed places: find rows of the database for each query, shape (Q, k).",
)
def changed_places(query: Tensor, database: Tensor, k: int) -> Tensor:
    return torch.cdist(database, query).argsort(dim=1)[:, :k]


@mistake(
    of=NEIGHBORS,
    says="It looks like the root of a small negative number gave NaN: q*q - 2*q*d + d*d may round to less than 0, so "
    "use clamp(min=0), or leave the root out.",
)
def root_of_a_negative(query: Tensor, database: Tensor, k: int) -> Tensor:
    squared = (query**2).sum(1)[:, None] - 2 * query @ database.T + (database**2).sum(1)[None]
    return squared.sqrt().argsort(dim=1)[:, :k]


@mistake(
    of=NEIGHBORS,
    says="It looks like only the first query was compared: return one row of indices for each query, shape (Q, k).",
)
def first_query_only(query: Tensor, database: Tensor, k: int) -> Tensor:
    return (query[0] - database).pow(2).sum(1).argsort()[:k].expand(len(query), k)


@mistake(
    of=NEIGHBORS,
    says="It looks like the number of neighbours is always the same: return as many as k asks for.",
)
def always_five(query: Tensor, database: Tensor, k: int) -> Tensor:
    return torch.cdist(query, database).topk(5, dim=1, largest=False).indices
