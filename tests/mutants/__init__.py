"""Proof that the checks bite: wrong versions of the reference, made by hand and by machine, through the real grader."""
