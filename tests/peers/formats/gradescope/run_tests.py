"""What `run_autograder` starts, as in Gradescope's Python example: finds the tests, writes results.json."""

import unittest

from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

if __name__ == "__main__":
    suite = unittest.defaultTestLoader.discover("tests")
    with open("results.json", "w") as results:
        JSONTestRunner(visibility="visible", stream=results).run(suite)
