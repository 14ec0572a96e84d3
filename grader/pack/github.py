"""A pack for GitHub: a composite action that grades, and the workflow of GitHub Classroom that uses it.

Source: https://docs.github.com/actions/sharing-automations/creating-actions/creating-a-composite-action,
https://github.com/classroom-resources/autograding-grading-reporter
"""

from __future__ import annotations

from grader.pack.tree import Contents, fill, grading_tree, within

WORKFLOW = ".github/workflows/classroom.yml"
BESIDE = ".github/grader"


def github_files(contents: Contents, repository: str | None) -> dict[str, bytes]:
    """Return the files of the pack.

    Args:
        contents: what goes into the action.
        repository: OWNER/NAME@TAG of the action; None where it lies in the students' own repositories.
    """
    action = {**grading_tree(contents), "action.yml": fill("github_action.yml", contents)}
    if repository is None:
        workflow = fill("github_classroom.yml", contents, ACTION=f"./{BESIDE}")
        return {**within(BESIDE, action), WORKFLOW: workflow}
    workflow = fill("github_classroom.yml", contents, ACTION=repository)
    return {**within("action", action), f"template/{WORKFLOW}": workflow}
