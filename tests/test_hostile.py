"""A sample of the battery of attacks, in the mode that this machine gives best; `make hostile` runs all of it."""

from __future__ import annotations

import os
import sys

import pytest

from tests.hostile.assemble import ATTACKS, BUILT, attack_names
from tests.hostile.battery import run_battery
from tests.hostile.modes import MODES, reason_against, set_up_machine
from tests.hostile.verdicts import faults_of, got_through

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the battery needs Linux")

# One of each kind, the quick ones; those of the second tuple with bubblewrap as well, where it works.
SAMPLE = (
    "connects_out",
    "daemon",
    "exits_well",
    "forged_fields",
    "forged_reply",
    "hunts_in_memory",
    "kills_a_neighbour",
    "links_to_the_solution",
    "lying_tensor",
    "name_with_a_newline",
    "patches_comparisons",
    "picture_bomb",
    "raw_system_calls",
    "reads_files",
    "sleeps",
    "writes_outside",
)
IN_BUBBLEWRAP = ("daemon", "measures_files", "reads_files", "signals_others")
OWN = "root" if os.name == "posix" and os.getuid() == 0 else "user"


@pytest.fixture(scope="module")
def outcomes():
    """The outcome of the sample, with bubblewrap where it works and without it."""
    with set_up_machine() as machine:
        found = {}
        for mode in MODES:
            if mode.name not in (OWN, f"{OWN}-bare"):
                continue
            reason = reason_against(mode, machine)
            sample, beside = (IN_BUBBLEWRAP, 0) if mode.name == OWN else (SAMPLE, 2)
            found[mode.name] = reason or run_battery(mode, machine, sample, honest=beside)
        return found


@pytest.mark.parametrize("name", [OWN, f"{OWN}-bare"])
def test_every_attack_of_the_sample_loses(outcomes, name):
    """No points, no secrets, nothing that should be refused, honest points beside, and nothing left behind."""
    if isinstance(outcomes[name], str):
        pytest.skip(f"{name}: {outcomes[name]}")
    lost = {attack: verdict for attack, verdict in outcomes[name].verdicts.items() if verdict != "held"}

    assert lost == {}
    assert outcomes[name].beside == ()


def test_every_attack_says_what_it_tries():
    """One file or folder each, with a docstring; the table is read by people."""
    assert len(attack_names()) >= 45
    for name in attack_names():
        text = BUILT[name].__doc__ if name in BUILT else source_of(name)
        assert text, name


def source_of(name):
    """Return the docstring of a written attack."""
    file = ATTACKS / f"{name}.py" if (ATTACKS / f"{name}.py").exists() else ATTACKS / name / "saliency.py"
    return compile(file.read_text("utf-8"), str(file), "exec", dont_inherit=True).co_consts[0]


ANSWER = {"score": 0, "checks": [], "terminal": "total 0 of 30\n", "isolation": "none"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"score": 3}, "3 points"),
        ({"crash": "Traceback\nKeyError: 'x'"}, "the grader crashed: KeyError"),
        ({"checks": [{"status": "error", "message": "KeyError"}]}, "the grader's fault"),
        ({"terminal": "the word is sesame"}, "the password can be read"),
        ({"terminal": "   ::error file=x::y"}, "a CI command"),
        ({"terminal": "\x1b[2J"}, "control characters"),
        ({"pictures": {"a.png": 60 << 20}}, "60 MB"),
    ],
)
def test_each_part_of_the_law_is_kept(change, fault):
    """A verdict is no blunt one: every way to break the law is told."""
    assert faults_of(ANSWER, 0, {"password": "sesame"}) == []
    assert fault in "; ".join(faults_of(ANSWER | change, 0, {"password": "sesame"}))


def test_what_got_through_is_counted():
    """Sizes count only where they can be hidden."""
    prints = "GOT THROUGH: forking: 1\nGOT THROUGH: the size of x: 9\nrefused: y\n"
    answer = ANSWER | {"checks": [{"prints": prints}]}

    assert got_through(answer, sizes=False) == ["forking: 1"]
    assert got_through(answer, sizes=True) == ["forking: 1", "the size of x: 9"]
