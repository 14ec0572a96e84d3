"""What grading platforms run: the grader, inputs and answers, and the few lines that each platform asks for."""
