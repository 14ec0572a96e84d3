"""How each grader is asked: what it is given, which commands run it, and where it says what a submission earned."""
