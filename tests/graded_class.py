"""Made-up classes: graded submissions as a batch would keep them."""

from __future__ import annotations

from grader.batch.graded import GradedSubmission

# What students have to write, as handed out: long enough that having the same would tell something.
HANDOUT = '''"""Maps, to be written."""
import torch
import torch.nn.functional as F

SIZE = 224

def heat(X, y, model):
    """Return the map of each image."""
    raise NotImplementedError("heat: write heat")

def blur(image, sigma=1.0):
    """Return a smoother image."""
    radius = int(3 * sigma + 0.5)
    places = torch.arange(-radius, radius + 1)
    weights = torch.exp(-0.5 * (places / sigma) ** 2)
    weights = weights / weights.sum()
    image = F.conv2d(image, weights.view(1, 1, 1, -1))
    return F.conv2d(image, weights.view(1, 1, -1, 1))
'''
STUB = '''def heat(X, y, model):
    """Return the map of each image."""
    raise NotImplementedError("heat: write heat")
'''
HEAT = '''def heat(X, y, model):
    """Return the map of each image."""
    X = X.clone().requires_grad_(True)
    scores = model(X)
    picked = scores.gather(1, y.view(-1, 1)).squeeze()
    picked.sum().backward()
    gradient = X.grad.detach()
    maps = gradient.abs().max(dim=1)[0]
    return maps
'''
OTHER_HEAT = '''def heat(X, y, model):
    """Return the map of each image."""
    maps = []
    for image, label in zip(X, y):
        image = image[None].clone().requires_grad_(True)
        score = model(image)[0, label]
        gradient, = torch.autograd.grad(score, image)
        maps.append(gradient[0].abs().amax(0))
    return torch.stack(maps)
'''
SOLVED = HANDOUT.replace(STUB, HEAT)
SOLVED_OTHERWISE = HANDOUT.replace(STUB, OTHER_HEAT)

MISTAKE = "It looks like the absolute value is missing: call .abs() first."


def check(name="heat/adds_up", status="passed", points=3.0, message="", hint=None, **changes):
    """Return a check as the json report has it."""
    entry = {
        "id": name, "exercise": name.partition("/")[0], "title": f"It {name.partition('/')[2].replace('_', ' ')}.",
        "status": status, "points": points if status == "passed" else 0.0, "max_points": points, "message": message,
        "hint": hint, "seconds": 0.5, "prints": "", "file": None, "line": None, "visibility": "visible",
    }  # fmt: skip
    return entry | changes


def failed(name="heat/adds_up", message="the result is off by 3 %", hint=MISTAKE, points=3.0, **changes):
    """Return a check that a student did not pass."""
    return check(name, "failed", points, message, hint, **changes)


def graded(student, *checks, sources=None, **changes):
    """Return one student's submission."""
    result = {"schema": "inside-cnns/result/v1", "checks": list(checks)} if checks else {}
    about = {"submission": f"hw/{student}.zip", "digest": "d", "seconds": 2.0} | changes
    return GradedSubmission(student=student, result=result, sources=sources or {}, **about)
