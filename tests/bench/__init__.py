"""`python -m tests.bench`: what grading costs, in pairs against a script that only makes the student's calls."""
