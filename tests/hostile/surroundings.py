"""Put beside every attack: what lies around the submission, and a way to say what has worked."""

import json
from pathlib import Path

PLACES = json.loads(Path(__file__).with_name("places.json").read_text("utf-8"))


def attempt(what, action):
    """Do what should be refused, and say how that went; the battery counts what got through."""
    try:
        found = action()
    except BaseException as error:
        print(f"refused: {what}: {type(error).__name__}: {str(error)[:80]}", flush=True)
        return None
    print(f"GOT THROUGH: {what}: {str(found)[:200]}", flush=True)
    return found
