"""`--watch`: grade again what a saved file changes, for as long as somebody looks."""
