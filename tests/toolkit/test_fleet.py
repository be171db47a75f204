"""Fleet: many targets in threads, limits of time, what comes of them when something hangs or the reader stops."""

import threading
import time

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from jobs.toolkit import fleet
from jobs.toolkit.access import RefusalError
from jobs.toolkit.fleet import Limits, Outcome, TargetError, run

FAST = Limits(at_once=5, starts=1000, target_seconds=5, run_seconds=20)


def by_target(outcomes):
    return {outcome.target: outcome for outcome in outcomes}


def test_one_outcome_for_each_target():
    found = by_target(run(lambda target, guard: target * 2, range(50), FAST))
    assert {target: outcome.value for target, outcome in found.items()} == {each: each * 2 for each in range(50)}
    assert not any(outcome.cause for outcome in found.values())


def test_nothing_to_do():
    assert list(run(lambda target, guard: target, [], FAST)) == []


def test_outcomes_come_as_targets_finish():
    wait = {"slow": 0.3, "fast": 0.0}
    found = run(lambda target, guard: guard.pause(wait[target]), ["slow", "fast"], FAST)
    assert [outcome.target for outcome in found] == ["fast", "slow"]


def test_failures_do_not_stop_the_others():
    def work(target, guard):
        if target == 1:
            raise TargetError(fleet.DROPPED, "gone")
        if target == 2:
            raise ZeroDivisionError("a secret")
        return target

    found = by_target(run(work, range(4), FAST))
    assert [found[each].cause for each in range(4)] == ["", fleet.DROPPED, fleet.ERROR, ""]
    assert found[1].message == "gone"
    assert "secret" not in found[2].message
    assert "ZeroDivisionError" in found[2].message


def test_no_more_at_once_than_allowed_and_targets_are_taken_as_there_is_room():
    now, most, taken = [0], [0], []
    lock = threading.Lock()

    def work(target, guard):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        guard.pause(0.02)
        with lock:
            now[0] -= 1

    def targets():
        for each in range(30):
            taken.append(each)
            yield each

    outcomes = run(work, targets(), Limits(at_once=3, starts=1000, target_seconds=5, run_seconds=20))
    next(outcomes)
    assert len(taken) <= 4
    assert len(list(outcomes)) == 29
    assert most[0] == 3


def test_starts_are_limited():
    begun = time.monotonic()
    assert len(list(run(lambda target, guard: None, range(6), Limits(at_once=6, starts=20)))) == 6
    assert time.monotonic() - begun >= 0.2


def test_target_that_uses_up_its_time_and_one_that_hangs(monkeypatch):
    monkeypatch.setattr(fleet, "GRACE", 0.2)
    closed, forever = threading.Event(), threading.Event()

    def work(target, guard):
        if target == "patient":
            while True:
                guard.pause(0.05)
        if target == "deaf":
            guard.closing(closed.set)
            forever.wait(30)
        return target

    limits = Limits(at_once=3, starts=1000, target_seconds=0.3, run_seconds=20)
    begun = time.monotonic()
    found = by_target(run(work, ["patient", "deaf", "fine", "next"], limits))
    assert time.monotonic() - begun < 3
    assert {target: outcome.cause for target, outcome in found.items()} == {
        "patient": fleet.TIMEOUT,
        "deaf": fleet.TIMEOUT,
        "fine": "",
        "next": "",
    }
    assert closed.is_set()
    forever.set()


def test_time_of_the_run(monkeypatch):
    monkeypatch.setattr(fleet, "GRACE", 0.1)
    forever = threading.Event()
    limits = Limits(at_once=2, starts=1000, target_seconds=30, run_seconds=0.5)
    begun = time.monotonic()
    found = by_target(run(lambda target, guard: target if target == 0 else forever.wait(30), range(100), limits))
    assert time.monotonic() - begun < 3
    assert len(found) == 100
    assert found[0].cause == ""
    assert {outcome.cause for target, outcome in found.items() if target} == {fleet.STOPPED}
    forever.set()


@pytest.mark.parametrize("stop", [SoftTimeLimitExceeded, KeyboardInterrupt, SystemExit])
def test_reader_that_is_interrupted_closes_connections_and_waits_for_nobody(stop):
    closed = []
    forever = threading.Event()

    def work(target, guard):
        guard.closing(lambda: closed.append(target))
        (forever.wait if target else guard.pause)(0.2 if target == 0 else 30)

    outcomes = run(work, range(3), FAST)
    assert next(outcomes).target == 0
    begun = time.monotonic()
    with pytest.raises(stop):
        outcomes.throw(stop)
    assert time.monotonic() - begun < 1
    assert sorted(closed)[-2:] == [1, 2]
    forever.set()


def test_reader_that_stops_reading():
    closed = threading.Event()
    forever = threading.Event()

    def work(target, guard):
        if target:
            guard.closing(closed.set)
            forever.wait(30)
        else:
            guard.pause(0.2)

    outcomes = run(work, range(2), FAST)
    next(outcomes)
    assert not closed.is_set()
    outcomes.close()
    assert closed.is_set()
    forever.set()


def test_what_is_registered_after_the_end_is_closed_at_once():
    guard = fleet.Guard(10)
    guard.stop()
    closed = threading.Event()
    guard.closing(closed.set)
    assert closed.is_set()
    with pytest.raises(TargetError):
        guard.left()


@pytest.mark.parametrize("values", [{"at_once": 0}, {"at_once": 201}, {"starts": 0}, {"run_seconds": -1}])
def test_limits_that_make_no_sense(values):
    with pytest.raises(RefusalError):
        Limits(**values)


def test_outcomes_are_plain_values():
    assert Outcome("a").cause == ""
