"""What `tests.observe` looks at, for functions of further exercises: a module of each name, with OBSERVERS."""
