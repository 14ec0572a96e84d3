"""`python -m tests.peers`: other autograders beside ours, on the same submissions, checks and nets."""
