"""A pack for containers: a Dockerfile, what it copies, and the command that grades without a network."""

from __future__ import annotations

import json

from grader.pack.tree import Contents, fill, grading_tree, within


def docker_files(contents: Contents) -> dict[str, bytes]:
    """Return the files of the folder that the image is built from."""
    entry = ["python", "-m", "grader", "/submission", *contents.arguments, "--out", "/out"]
    return {
        **within("course", grading_tree(contents)),
        "Dockerfile": fill("Dockerfile.txt", contents, ENTRYPOINT=json.dumps(entry)),
        "README.md": fill("docker_readme.txt", contents),
    }
