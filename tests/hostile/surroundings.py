"""Put beside every attack: what lies around the submission, and a way to say what has worked."""

import json
import os
from pathlib import Path

PLACES = json.loads(Path(__file__).with_name("places.json").read_text("utf-8"))


# What a worker may write to is its own: the folder that holds this file, beside which its temporary files go.
OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def elsewhere(place):
    """Is a place outside what is this worker's own?"""
    return (
        not os.path.realpath(place).startswith(os.path.realpath(OWN) + os.sep)
        and os.path.realpath(place) != OWN
    )


def attempt(what, action):
    """Do what should be refused, and say how that went; the battery counts what got through."""
    try:
        found = action()
    except BaseException as error:
        print(f"refused: {what}: {type(error).__name__}: {str(error)[:80]}", flush=True)
        return None
    print(f"GOT THROUGH: {what}: {str(found)[:200]}", flush=True)
    return found
