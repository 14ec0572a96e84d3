"""The judge's side: checks are pytest tests, run here without torch."""
