"""Which known mistake an output equals, if any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fixtures.stored import StoredMistake
from fixtures.tolerances import HINT_TOLERANCE, Comparison, Values, residual, thin_out


def find_mistake(
    yours: Values,
    stored: Sequence[StoredMistake],
    named: Mapping[str, Values],
    compare: Comparison,
    batched: bool,
) -> str | None:
    """Return the sentence of the mistake whose output this is, the nearest if several are near.

    Args:
        yours: the output, already known to be wrong.
        stored: mistakes of a stored case, as thumbnails.
        named: outputs of mistakes in full, by their sentence.
        compare, batched: as in `fixtures.tolerances.residual`.
    """
    small = thin_out(yours)
    found: dict[str, float] = {}
    for mistake in stored:
        values = mistake.thumbnail.astype(float) * mistake.peak
        if values.shape == small.shape:
            found[mistake.sentence] = float(residual(small, values, compare, batched).max())
    for sentence, values in named.items():
        found[sentence] = float(residual(yours, values, compare, batched).max())
    near = {sentence: distance for sentence, distance in found.items() if distance <= HINT_TOLERANCE}
    return min(near, key=lambda sentence: near[sentence]) if near else None
