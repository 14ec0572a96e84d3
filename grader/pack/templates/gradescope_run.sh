#!/usr/bin/env bash
# Gradescope runs this, as root, for each submission and reads results/results.json, written anew as checks end.
# Students' code never runs as root: each check has a process of its own, which becomes a spare user and locks itself in.
set -u
root="${AUTOGRADER_ROOT:-/autograder}"
python="${AUTOGRADER_PYTHON:-$root/venv/bin/python}"
unset PYTHONPATH
cd "$root/source" || exit 3 # so that this grader runs, whatever was handed in
mkdir -p "$root/results"
chmod o= "$root/source" "$root/results"
[ ! -e "$root/submission_metadata.json" ] || chmod o= "$root/submission_metadata.json"

"$python" -m grader "$root/submission" @ARGUMENTS@ --format terminal,gradescope --out "$root/results"
code=$?
# 1: points are missing, 2: the submission cannot be used, and results.json says why: neither is a fault of the grader
[ "$code" -gt 2 ] || exit 0
exit "$code"
