"""A5: prints and writes a result of its own, into every open descriptor and every likely place, then ends."""
import json
import os

from surroundings import PLACES, attempt, elsewhere


def compute_saliency_maps(X, y, model):
    text = json.dumps({"score": 100, "tests": [{"name": "all", "score": 30, "max_score": 30, "status": "passed"}]})
    print(text, flush=True)
    for place in ("result.json", "results.json", "../result.json", "../../out/result.json", PLACES["gradebook"], PLACES["writable"] + "/result.json"):
        if elsewhere(place):
            attempt(f"a result in {place}", lambda place=place: open(place, "w").write(text))
    for number in range(64):
        try:
            os.write(number, text.encode())
        except OSError:
            pass
    os._exit(0)
