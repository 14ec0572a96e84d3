#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image: Python, the pinned packages, a look at what protects.
# AUTOGRADER_ROOT stands for /autograder elsewhere; AUTOGRADER_PYTHON names a Python that has the packages already.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
cd "$root/source"

find_python() { # the first Python that is new enough for the pinned packages and can make an environment
  local each
  for each in python3.11 python3.12 python3.13 python3; do
    if "$each" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$each"
      return
    fi
  done
}

if [ -z "${AUTOGRADER_PYTHON:-}" ]; then
  python="$(find_python)"
  if [ -z "$python" ]; then
    apt-get update
    for each in python3 python3.12 python3.11; do
      apt-get install -y --no-install-recommends "$each" "$each-venv" || true
      python="$(find_python)"
      [ -z "$python" ] || break
    done
  fi
  if [ -z "$python" ]; then
    echo "no Python 3.11 or newer can be installed here; choose a newer base image for the autograder" >&2
    exit 1
  fi
  "$python" -m venv "$root/venv"
  AUTOGRADER_PYTHON="$root/venv/bin/python"
  install=("$AUTOGRADER_PYTHON" -m pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt)
  "${install[@]}" --extra-index-url "${TORCH_INDEX:-@TORCH_INDEX@}" torch torchvision
  "${install[@]}" --requirement requirements.txt
fi

"$AUTOGRADER_PYTHON" -m compileall -q grader fixtures
"$AUTOGRADER_PYTHON" -c "import matplotlib.font_manager" # its list of fonts takes seconds, once
chmod o= "$root/source"                                  # students' code runs as another user
"$AUTOGRADER_PYTHON" -m grader doctor ||
  echo "this image cannot keep students' code apart; see docs/publish.md on --weaker-isolation"
