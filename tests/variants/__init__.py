"""Right answers in the many styles that students write: each must earn full marks.

Same decorator as the mistakes: `find_variants("saliency", package="tests.variants")`. `says` is the style.
"""
