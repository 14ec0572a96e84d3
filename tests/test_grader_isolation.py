"""What is said of the wall, and what is demanded of it."""

from __future__ import annotations

import pytest

from grader.errors import GraderFault, Unusable
from grader.isolation import NONE, merge_layers, refuse_without, summarise
from grader.limits import MOST_PATIENCE, Limits, affordable_jobs, read_limits
from grader.sandbox.layers import CGROUP, LANDLOCK, LIMITS, SECCOMP, Layer
from grader.sandbox.sources import switched_off
from tests.command_line import run_grader

HOLDS = [Layer(LIMITS, True, "cpu 1 s"), Layer(LANDLOCK, True, "files"), Layer(SECCOMP, True, "calls")]
LACKS = [
    Layer(LIMITS, True, "cpu 1 s"),
    Layer(LANDLOCK, False, "this kernel has none"),
    Layer(SECCOMP, True, "calls"),
]


class Machine:
    slowness, layers = 1.0, ()


def test_a_layer_is_in_force_where_it_was_in_every_worker():
    """One worker without it is one too many, whichever it was."""
    for told in ([HOLDS, LACKS], [LACKS, HOLDS]):
        found = {one.name: (one.in_force, one.says) for one in merge_layers(told)}
        assert found[LANDLOCK] == (False, "this kernel has none")
        assert found[SECCOMP] == (True, "calls")


def test_the_line_tells_what_held_and_why_the_rest_did_not():
    """In one line."""
    line = summarise(merge_layers([LACKS]), forked=True, seconds=20)
    assert line == (
        "limits, seccomp, separate process, forked workers, wall 20 s per call "
        "| not in force: landlock (this kernel has none)"
    )


def test_a_machine_without_any_wall_is_told_so():
    """Limits alone are none; an empty report is none either."""
    for layers in ([Layer(LIMITS, True, "cpu 1 s")], []):
        assert summarise(merge_layers([layers]), forked=False, seconds=20).startswith(NONE)
    assert not summarise(merge_layers([HOLDS]), forked=True, seconds=20).startswith(NONE)


def test_official_grading_is_refused_without_landlock_or_seccomp():
    """In one sentence that says which and why; a layer that nobody told of is missing too."""
    refuse_without(merge_layers([HOLDS]))
    with pytest.raises(GraderFault, match="landlock is not in force here: this kernel has none"):
        refuse_without(merge_layers([LACKS]))
    with pytest.raises(GraderFault, match="seccomp is not in force here: no worker told of it"):
        refuse_without(merge_layers([HOLDS[:2]]))


def test_whoever_demands_isolation_gets_it_or_exit_code_3(monkeypatch):
    """Before a line of the submission has run."""
    monkeypatch.setenv("GRADER_WITHOUT", "seccomp")
    ended = run_grader("reference", "-e", "filters", "--require-isolation")
    assert ended.returncode == 3
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert (
        "--require-isolation refuses to grade, since seccomp is not in force here: switched off"
        in ended.stderr
    )


def test_the_doctor_has_a_line_for_each_layer(monkeypatch):
    """And a verdict; what is missing comes with what helps."""
    monkeypatch.setenv("GRADER_WITHOUT", "landlock")
    ended = run_grader("doctor")
    assert ended.returncode == 3
    for layer in ("bubblewrap", "limits", "user", "privileges", "landlock", "seccomp", "cgroup"):
        assert f"\n  {layer} " in ended.stdout
    assert "--require-isolation refuses without landlock" in ended.stdout
    assert "5.13" in ended.stdout


def test_only_layers_can_be_switched_off(monkeypatch):
    """A name that means nothing is not passed over."""
    monkeypatch.setenv("GRADER_WITHOUT", "bubblewrap, user")
    assert switched_off() == {"bubblewrap", "user"}
    monkeypatch.setenv("GRADER_WITHOUT", "bubblewrap,walls")
    with pytest.raises(Unusable, match="GRADER_WITHOUT names 'walls'"):
        switched_off()


def test_limits_grow_on_a_slow_machine_and_never_shrink():
    """In whole steps, up to a bound."""
    limits = Limits(20.0, 130)
    assert [limits.scaled(slowness).seconds_per_call for slowness in (0.2, 1.3, 2.6, 1e9)] == [
        20.0,
        20.0,
        60.0,
        20.0 * MOST_PATIENCE,
    ]
    assert limits.scaled(2).cpu_seconds_per_check == 260


def test_limits_stand_in_the_table_of_the_course(tmp_path):
    """Those that it does not name are the usual ones; what means nothing is told."""
    table = tmp_path / "exercises.toml"
    table.write_text("[exercises]\n[limits]\nseconds_per_call = 7\n")
    assert read_limits(table) == Limits(seconds_per_call=7.0)
    for wrong in ("seconds = 7", "seconds_per_call = 0", "seconds_per_call = 'long'", "workers_gb = -1"):
        table.write_text(f"[exercises]\n[limits]\n{wrong}\n")
        with pytest.raises(Unusable, match="cannot be used"):
            read_limits(table)
    assert read_limits() == Limits()


def test_without_a_bound_on_memory_fewer_workers_run_at_once():
    """As many as would fit; with a control group, as many as were asked for."""
    machine = Machine()
    limits = Limits(workers_gb=5.0)
    assert affordable_jobs(16, machine, limits) == 2
    assert affordable_jobs(16, machine, Limits(workers_gb=0.5)) == 1
    machine.layers = (Layer(CGROUP, True, "memory"),)
    assert affordable_jobs(16, machine, limits) == 16
