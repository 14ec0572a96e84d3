"""The solved exercises, the named mistakes beside them, and the command that strips both into the handout."""
