"""Checks of the embedding exercise: features, neighbours, and a map that is judged by its forces, not by its places."""

import numpy as np
import pytest

from fixtures.arguments import Array, Model
from grader.checking.reasons import reason, wrong
from grader.language import later

FLAT = Model("flat_vgg")


def features_of(student, case, sentence):
    """Return the student's features for a stored case, once they are not the flattened maps."""
    answer = student.perform(case.call)
    shape = np.shape(answer.values)
    images = next(argument.values for argument in case.arguments if isinstance(argument, Array))
    mistakes = {images[0].size: "pixels", 320: "first_linear_layer", **dict.fromkeys((10, 12), "scores")}
    if len(shape) == 2 and shape[1] in mistakes:
        mistake = mistakes[shape[1]]
        if mistake == "scores" and np.allclose(answer.values.sum(axis=1), 1, atol=1e-4):
            mistake = "probabilities"
        raise wrong("extract_features returned shape {shape}", hint=sentence(mistake), shape=shape)
    if shape[1:] in ((512, 6, 6), (512 * 6 * 6,)):
        raise wrong("extract_features returned shape {shape}", hint=sentence("maps_flattened"), shape=shape)
    return answer


@pytest.mark.points(2)
def test_features_go_into_the_last_linear_layer(student, expected, sentence):
    """The features are what goes into the last linear layer, one row for each image."""
    case = expected("embedding/linear_head")
    assert features_of(student, case, sentence) == case


@pytest.mark.points(1)
def test_features_of_a_net_without_a_linear_layer(student, expected, sentence):
    """Where the last layer is a convolution, its input is averaged over the positions."""
    case = expected("embedding/no_linear_layer")
    assert features_of(student, case, sentence) == case


@pytest.mark.points(1)
@pytest.mark.hint("layers_in_a_chain", where="mat1 and mat2")
def test_features_are_those_that_the_model_computes(student, expected, sentence):
    """On a net with two linear layers, and a batch of one, the features are those that its forward computes."""
    case = expected("embedding/two_linear_layers")
    assert features_of(student, case, sentence) == case


@pytest.mark.points(1)
def test_features_are_free_of_dropout(student, expected, sentence):
    """A model that comes in train mode gives the features of eval mode."""
    case = expected("embedding/train_mode")
    answer = features_of(student, case, sentence)
    if not answer == case and student.extract_features(FLAT, case.arguments[1]) == case:
        raise wrong(
            "the features are right in eval mode and wrong in train mode", hint=sentence("dropout_stays_on")
        )
    assert answer == case


@pytest.mark.points(1)
def test_leaves_the_model_as_it_was(student, expected, oracle, sentence):
    """A model has the same layers afterwards, and is in train mode or in eval mode as before."""
    case = expected("embedding/train_mode")
    images = case.arguments[1].values
    right = oracle.scores("flat_vgg", images)
    answer = student.extract_features(FLAT, images)
    scores = student.run_model(FLAT, images).part("scores").values
    if scores.shape != right.shape:
        raise wrong("the model does not compute scores any more", hint=sentence("last_layer_lost"))
    if not np.allclose(scores, right, rtol=1e-3, atol=1e-4):
        raise wrong("the model computes other scores than before", hint=sentence("always_trains_afterwards"))
    training = Model("flat_vgg", train=True)
    student.extract_features(training, images)
    scores = student.run_model(training, images).part("scores").values
    if np.allclose(scores, right, rtol=1e-3, atol=1e-4):
        raise wrong(
            "the model came in train mode and is in eval mode now", hint=sentence("stays_in_eval_mode")
        )
    (norm,) = oracle.outputs("flat_vgg", images, ["backbone.bn1"])
    inside = student.run_model(training, images, ["backbone.bn1"]).part("outputs", 0).values
    if np.allclose(inside, norm, rtol=1e-3, atol=1e-4):
        raise wrong("layers inside of others stay in eval mode", hint=sentence("stays_in_eval_mode"))
    assert answer == case


@pytest.mark.points(1)
def test_a_second_call_gives_the_features_of_its_own_images(student, expected, close_to, sentence):
    """The images in another order give the same features in another order."""
    case = expected("embedding/train_mode")
    images = case.arguments[1].values
    first, second = (
        student.extract_features(FLAT, images),
        student.extract_features(FLAT, images[::-1].copy()),
    )
    assert first == case
    stale = {sentence("features_of_the_first_call"): first.values}
    assert second == close_to(first.values[::-1], "(N, D)", tight=1e-4, mistakes=stale)


def judge_neighbors(answer, query, database, k, sentence):
    """Raise what is wrong with the indices of the k nearest rows; rows that are as near are as good."""
    N, Q = len(database), len(query)
    shape = np.shape(answer.values)
    shapes = {(N, min(k, Q)): "changed_places", (Q, 5): "always_five", (Q, k - 1): "nearest_left_out"}
    if shape != (Q, k) and shape in shapes:
        raise wrong(
            "nearest_neighbors returned shape {shape}, expected {expected}", sentence(shapes[shape]),
            shape=shape, expected=(Q, k),
        )  # fmt: skip
    rows = answer.integers((Q, k), "(Q, k)")
    q, d = query.astype(np.float64), database.astype(np.float64)
    differences = q[:, None] - d[None]
    distances = np.sqrt((differences**2).sum(axis=2))
    nearest = np.sort(distances, axis=1)[:, :k]
    if rows.min() < 0 or rows.max() >= N:
        ends = {"first": rows.min(), "last": rows.max(), "most": N - 1}
        raise wrong("the indices go from {first} to {last}, expected 0 to {most}", **ends)
    found = np.take_along_axis(distances, rows, axis=1)
    off = ~np.isclose(found, nearest, rtol=1e-3, atol=1e-3 * distances.mean())
    if not off.any():
        return
    unit = [values / np.linalg.norm(values, axis=1, keepdims=True) for values in (q, d)]
    sortings = {  # what known mistakes sort by
        "cosine": -unit[0] @ unit[1].T,
        "dot_product": -q @ d.T,
        "manhattan": np.abs(differences).sum(axis=2),
        "sum_before_square": differences.sum(axis=2) ** 2,
        "farthest": -distances,
        "first_query_only": np.repeat(distances[:1], Q, axis=0),
    }
    known = {name: values.argsort(axis=1)[:, :k] for name, values in sortings.items()}
    right = distances.argsort(axis=1)
    known["nearest_last"] = right[:, :k][:, ::-1]
    known["nearest_left_out"] = right[:, 1 : k + 1]
    known["sorted_along_the_queries"] = distances.argsort(axis=0)[:, :k]
    names = [name for name, given in known.items() if np.array_equal(given, rows)]
    if k == 1 and (rows == right[:, :1]).any() and ((rows == right[:, :1]) | (rows == right[:, 1:2])).all():
        names.append("root_of_a_negative")  # about half of the distances to oneself come out below 0
    number, place = np.argwhere(off)[0]
    raise wrong(
        "neighbour {neighbour} of query {query} is {found:.3g} away, expected {nearest:.3g}",
        sentence(names[0]) if len(names) == 1 else None,
        neighbour=place + 1, query=number + 1, found=found[number, place], nearest=nearest[number, place],
    )  # fmt: skip


@pytest.mark.points(2)
@pytest.mark.hint("distances", where=later("whole numbers"))
def test_finds_the_nearest_rows_of_the_database(student, store, sentence):
    """Each query gets the indices of the k rows with the smallest L2 distance, the nearest first."""
    features = store.inputs.arrays["embedding_gallery"]
    database, query = features[:45], features[45:]
    judge_neighbors(student.nearest_neighbors(query, database, 7), query, database, 7, sentence)


@pytest.mark.points(1)
@pytest.mark.hint("distances", where=later("whole numbers"))
def test_a_query_from_the_database_finds_itself_first(student, store, sentence):
    """A query that is in the database is its own nearest neighbour, at distance 0."""
    features = store.inputs.arrays["embedding_gallery"][:45]
    answer = student.nearest_neighbors(features, features, 1)
    judge_neighbors(answer, features, features, 1, sentence)


@pytest.mark.points(1)
def test_sorts_a_whole_database_for_one_query(student, store, sentence):
    """With one query and k as large as the database, all of its rows come back in their order."""
    features = store.inputs.arrays["embedding_gallery"]
    database, query = features[:20], features[45:46]
    judge_neighbors(student.nearest_neighbors(query, database, 20), query, database, 20, sentence)


def stored_affinities(store, close_to, name):
    """Return the call of a stored case, and what it may answer: a search may end at 1e-4 of the entropy."""
    case = store.case(name)
    mistakes = {mistake.sentence: mistake.thumbnail * float(mistake.peak) for mistake in case.mistakes}
    return case.call, close_to(case.expected, "(N, N)", tight=3e-3, mistakes=mistakes)


@pytest.mark.points(2)
def test_affinities_have_the_perplexity(student, store, close_to):
    """The affinities are symmetric, sum to 1, and each point's own have the perplexity that is asked for."""
    call, right = stored_affinities(store, close_to, "embedding/affinities")
    assert student.perform(call) == right


@pytest.mark.points(1)
def test_affinities_of_few_points(student, store, close_to):
    """Another number of points and another perplexity are right as well."""
    call, right = stored_affinities(store, close_to, "embedding/few_points")
    assert student.perform(call) == right
    some, corners = call.arguments[0].values, np.eye(4, dtype=np.float32)  # corners are all equally near
    distances = ((some[:, None] - some[None]) ** 2).sum(axis=2) + np.diag(np.full(len(some), np.inf))
    nearest = np.eye(len(some))[distances.argmin(axis=1)]
    ends = [(some, 1.0, nearest + nearest.T)]  # the nearest point alone, and all others alike
    ends += [(points, len(points) - 1.0, 1 - np.eye(len(points))) for points in (some, corners)]
    for points, perplexity, ties in ends:
        answer = student.tsne_affinities(points, perplexity)
        right = close_to(ties / ties.sum(), "(N, N)", tight=2e-2)
        assert answer == right, reason(
            "with perplexity {perplexity:g} for {count} points they are wrong",
            perplexity=perplexity, count=len(points),
        )  # fmt: skip


@pytest.mark.points(1)
def test_affinities_do_not_depend_on_the_scale(student, store, close_to, sentence):
    """Features a thousand times as large have the same affinities."""
    call, right = stored_affinities(store, close_to, "embedding/affinities")
    answer = student.tsne_affinities(1000 * call.arguments[0].values, call.arguments[1])
    if np.isnan(answer.values).any():
        raise wrong("the affinities hold NaN", hint=sentence("vanishes_far_apart"))
    assert answer == right


def judge_map(student, answer, features, perplexity, at_rest):
    """Raise what is wrong with a map; whoever draws it from wrong affinities hears of those."""
    target = at_rest(features, perplexity)
    if answer == target:
        return
    P, given = target.affinities, np.asarray(student.tsne_affinities(features, perplexity).values)
    if given.shape != P.shape or not np.abs(given - P).sum() < 0.02:
        raise wrong(
            "the map is not right", "mend tsne_affinities first: the map is drawn from what it returns"
        )
    assert answer == target


@pytest.mark.points(2)
def test_map_keeps_groups_together(student, store, at_rest):
    """The map of points in groups is one that t-SNE's gradient leaves alone, where P and Q are near each other."""
    features = store.inputs.arrays["embedding_clusters"]
    judge_map(student, student.tsne(features, 8.0), features, 8.0, at_rest)


@pytest.mark.points(2)
def test_map_unfolds_a_curve(student, store, at_rest):
    """So is the map of points along a closed curve, with another perplexity."""
    features = store.inputs.arrays["embedding_curve"]
    judge_map(student, student.tsne(features, 6.0), features, 6.0, at_rest)


@pytest.mark.points(1)
def test_same_seed_same_map(student, store, sentence, at_rest):
    """The same seed gives the same map, and the features are left as they are."""
    features = store.inputs.arrays["embedding_curve"]
    first, again = (student.tsne(features, 6.0, seed=3) for _ in range(2))
    if not np.array_equal(first.after[0], features):
        raise wrong("the values of features were changed", hint=sentence("changes_the_features"))
    judge_map(student, first, features, 6.0, at_rest)
    if not np.allclose(
        first.values,
        again.finite(first.values.shape, "(N, 2)"),
        rtol=1e-3,
        atol=1e-3 * np.abs(first.values).max(),
    ):
        raise wrong("two calls with seed 3 give two maps", hint=sentence("seed_not_used"))
