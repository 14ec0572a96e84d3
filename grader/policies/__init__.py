"""What a course does with points once they are earned: lateness, attempts, dropped exercises, bonus, what is shown."""
