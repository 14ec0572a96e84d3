"""Small modules of our own that stand in for what courses hand out; see grader/courses."""
