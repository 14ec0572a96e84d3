"""The command line of a command: what is wrong with it is said in one line."""

from __future__ import annotations

import argparse
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """Ends with exit code 2 and a sentence; --help has the rest."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and end."""
        self.exit(2, f"grader: {message}; {self.prog} --help shows what it takes\n")
