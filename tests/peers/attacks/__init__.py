"""Submissions that compute no map and try to be graded as if they did; `tests/peers/attacking.py` puts them together."""
