"""Grade a class: many submissions, results that survive anything, gradebooks."""
