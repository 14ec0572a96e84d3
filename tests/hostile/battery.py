"""Run a battery in one mode: put everything together, grade it, and apply the law to what came out."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.hostile.arena import Arena, open_arena
from tests.hostile.assemble import ATTACKS
from tests.hostile.inside import Entry, Plan, write_plan
from tests.hostile.modes import Machine, Mode
from tests.hostile.replay import build_replay
from tests.hostile.verdicts import faults_of, got_through, honest_faults, in_words

SECONDS = 1.5  # for one call of an attack; honest submissions get what everybody gets
RUN_SECONDS = 1800  # for a whole battery

# What honest submissions deserve, check by check: the shares of 30 points.
FULL = {
    "saliency/takes_the_largest_absolute_gradient_over_the_channels": 5.0,
    "saliency/takes_a_single_image": 2.0,
    "saliency/explains_the_labels_it_is_given": 3.0,
    "saliency/gives_the_weights_of_a_linear_model": 3.0,
    "saliency/gives_the_same_maps_twice": 2.0,
    "saliency/gradient_is_that_of_the_class_asked_for": 5.0,
    "saliency/gradient_agrees_with_finite_differences": 3.0,
    "saliency/squares_the_gradient_of_the_predicted_class": 4.0,
    "saliency/follows_the_prediction": 3.0,
}
HALF = {
    name: 0.0 if "gradient_" in name or "/squares" in name or "/follows" in name else points
    for name, points in FULL.items()
} | {"saliency/takes_the_largest_absolute_gradient_over_the_channels": 5.0}
REPLAY_AT_HOME, REPLAY = "replay, public fixtures", "replay, private fixtures"
DESERVED = {"full": FULL, "half": HALF, "empty": dict.fromkeys(FULL, 0.0)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a battery gave in one mode.

    Attributes:
        verdicts: one line by attack, and by honest submission.
        isolation: which layers were in force.
        beside: what went wrong beside the attacks: traces without a name, honest submissions, the run itself.
    """

    verdicts: Mapping[str, str]
    isolation: str
    beside: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether the law holds: nothing lost, nothing got through, nothing beside."""
        return not self.beside and all(verdict == "held" for verdict in self.verdicts.values())


def run_battery(
    mode: Mode,
    machine: Machine,
    attacks: Sequence[str],
    *,
    without: Sequence[str] = (),
    private: Path | None = None,
    honest: int = 3,
    lanes: int | None = None,
    count_sizes: bool = False,
) -> Outcome:
    """Return the verdicts on attacks in a mode, with honest submissions graded beside them.

    Args:
        without: further layers to leave out.
        private: folder of private fixtures for the attacks that need them.
        honest: how many honest submissions are spread among the attacks; one is graded after all of them.
        lanes: submissions graded at once, by default two more than there are cores.
        count_sizes: whether sizes of files count as got through also where nothing can hide them.
    """
    left_out = tuple(dict.fromkeys((*mode.without, *without)))
    with (
        TemporaryDirectory(prefix="arena-") as folder,
        open_arena(Path(folder), machine.repository, machine.python, mode.user, private) as arena,
    ):
        Path(folder).chmod(0o755)
        told, trouble = _graded(mode, machine, arena, attacks, left_out, honest, lanes)
        if told is None:
            return Outcome(dict.fromkeys(attacks, "not run"), "", (trouble,))
        sizes = count_sizes or (mode.bubblewrap and "bubblewrap" not in left_out)
        return _judged(told, arena, attacks, sizes=sizes, locked=mode.user == 0)


def _graded(
    mode: Mode,
    machine: Machine,
    arena: Arena,
    attacks: Sequence[str],
    without: tuple[str, ...],
    honest: int,
    lanes: int | None,
) -> tuple[dict[str, Any] | None, str]:
    """Return what the process that grades has told, or None and why it has told nothing."""
    spread: list[str] = list(attacks)
    for number in range(honest):
        kind = ("full", "half", "empty")[number % 3]
        spread.insert(round(number * len(spread) / max(honest, 1)), f"honest/{kind}-{number}")
    spread += ["honest/full-last", "honest/empty-last"]
    entries = tuple(_entry(name, arena) for name in spread)
    if arena.private is not None:
        entries += _replays(arena)
    plan = Plan(
        entries,
        without,
        str(arena.private) if arena.private else None,
        str(arena.root / "out"),
        lanes or len(os.sched_getaffinity(0)) + 2,
    )
    write_plan(plan, arena.root / "plan.json")
    done = arena.root / "out" / "done.json"
    home = arena.root / "home"
    home.mkdir(exist_ok=True)
    if os.getuid() == 0:
        for path in (home, *(arena.root / "submissions").rglob("*")):
            os.chown(path, mode.user, mode.user, follow_symlinks=False)
    ran = machine.run(
        mode,
        arena.root / "temporary",
        "-m",
        "tests.hostile.inside",
        str(arena.root / "plan.json"),
        str(done),
        timeout=RUN_SECONDS,
        more={"HOSTILE_SECRET": arena.secrets["environment"]},
    )
    if not done.exists():
        return None, f"the grading process ended with code {ran.returncode}: {ran.stderr[-2000:]}"
    return json.loads(done.read_text("utf-8")) | {"said": ran.stdout + ran.stderr}, ""


def _entry(name: str, arena: Arena) -> Entry:
    folder = str(arena.put(name))
    if name.startswith("honest/"):
        return Entry(name, folder)
    written = ATTACKS / name
    exercises = sorted(path.stem for path in written.glob("*.py")) if name == "constants" else ["saliency"]
    return Entry(name, folder, tuple(exercises), SECONDS if name != "constants" else 10.0)


def _replays(arena: Arena) -> tuple[Entry, ...]:
    """Return the replay, at home and with private fixtures, and what an honest submission gets with those."""
    solved, work = arena.put("honest/full-private"), arena.root / "replay"
    work.mkdir()
    folder = build_replay(arena.root / "submissions" / "replay", solved, work)
    return (
        Entry(REPLAY_AT_HOME, str(folder)),
        Entry(REPLAY, str(folder), fixtures="private"),
        Entry("honest/full-private", str(solved), fixtures="private"),
    )


def _judged(
    told: Mapping[str, Any], arena: Arena, attacks: Sequence[str], *, sizes: bool, locked: bool
) -> Outcome:
    """Apply the law."""
    answers = told["answers"]
    empty = answers["honest/empty-last"]["score"]
    faults = {name: faults_of(answers[name], empty, arena.secrets) for name in attacks}
    through = {name: got_through(answers[name], sizes=sizes, locked=locked) for name in attacks}
    beside = []
    for left in told["processes_left"]:
        attack = Path(left["folder"]).name
        if attack not in faults:
            beside.append(f"a process is left behind, its folder {left['folder']}")
        else:
            faults[attack] = [*dict.fromkeys([*faults[attack], "left a process behind"])]
    for trace in arena.traces():
        mark, _, what = trace.partition(": ")
        attack = max((name for name in faults if mark.startswith(name)), key=len, default="")
        if attack:
            faults[attack].append(what)
        else:
            beside.append(trace)
    for name, answer in answers.items():
        if name.startswith("honest/"):
            expected = DESERVED[name.partition("/")[2].partition("-")[0]]
            beside += [f"{name}: {fault}" for fault in honest_faults(answer, expected)]
    beside += [
        f"the grader's own output holds the {name}"
        for name, secret in arena.secrets.items()
        if secret in told["said"]
    ]
    verdicts = {name: in_words(faults[name], through[name]) for name in attacks}
    if REPLAY in answers:
        verdicts[REPLAY] = in_words(faults_of(answers[REPLAY], empty, arena.secrets), ())
        if answers[REPLAY_AT_HOME]["score"] != sum(FULL.values()):
            beside.append(
                f"the replay earns {answers[REPLAY_AT_HOME]['score']:g} points at home, so it shows nothing"
            )
    isolation = answers["honest/full-last"].get("isolation", "")
    return Outcome(verdicts, isolation, tuple(dict.fromkeys(beside)))
