"""Editing the manifest of a fixtures folder, for tests of what is found out."""

import dataclasses

from fixtures.manifest import read_manifest, write_manifest


def change_case(folder, name, **changes):
    """Edit a case in the manifest and seal it again, as someone would who knows how."""
    manifest, _, _ = read_manifest(folder)
    case = dataclasses.replace(manifest.cases[name], **changes)
    write_manifest(dataclasses.replace(manifest, cases={**manifest.cases, name: case}), folder)
