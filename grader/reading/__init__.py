"""What was handed in, read as plain data: nothing in here runs or imports a line of it."""
