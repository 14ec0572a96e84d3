"""The autograder: runs student code behind a wall and says in a sentence what is wrong with its answers."""
