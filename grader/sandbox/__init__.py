"""Everything on the student's side of the wall, and the two ends of the wire that crosses it."""
