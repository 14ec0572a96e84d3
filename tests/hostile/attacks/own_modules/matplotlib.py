"""Stands in for matplotlib where the folder of a submission is searched first."""
import os

try:
    import json

    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "places.json")) as file:
        open(json.load(file)["writable"] + "/imported-matplotlib", "x").close()
except Exception:
    pass
print("GOT THROUGH: matplotlib was imported", flush=True)
