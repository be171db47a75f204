"""Many targets at once, in threads; what comes of them is handed one by one to the Job's own thread.

A thread may use neither the database nor the Job's log, whose lines Nautobot loses there: it gets plain values, and returns
plain values. Nothing here waits for a target that hangs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from .access import RefusalError

UNREACHABLE = "unreachable"
REFUSED = "refused"
AUTHENTICATION = "authentication"
TIMEOUT = "timeout"
DROPPED = "dropped"
PARSE = "parse"
TOO_MUCH = "too much output"
HOST_KEY = "host key"
INCOMPATIBLE = "incompatible SSH"
UNREADABLE = "not shown"
UNSUITABLE = "not asked"
STOPPED = "time of the run over"
ERROR = "error"

MOST_AT_ONCE = 200
# A target that has not ended by itself this long after its time is given up.
GRACE = 2.0
_TICK = 0.2


class TargetError(Exception):
    """A target could not be asked, or not completely; the message has no secret.

    Args:
        cause: one of the causes above.
        message: for the user.
    """

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class Guard:
    """The time of one target, in its thread.

    Args:
        seconds: how long it may take.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._close: list[Callable[[], Any]] = []

    def left(self) -> float:
        """Seconds that are left.

        Raises:
            TargetError: none are.
        """
        left = self._end - time.monotonic()
        if left <= 0 or self._stopped.is_set():
            raise TargetError(TIMEOUT, "It took longer than a device may.")
        return left

    def pause(self, seconds: float) -> None:
        """Sleep, but no longer than there is time."""
        self._stopped.wait(min(seconds, self.left()))

    def closing(self, close: Callable[[], Any]) -> None:
        """What ends the target's connection at once, from another thread and without waiting: called when time is over."""
        with self._lock:
            if not self._stopped.is_set():
                self._close.append(close)
                return
        close()

    def overdue(self) -> bool:
        """Has it had its time and did not end?"""
        return time.monotonic() > self._end + GRACE

    def stop(self) -> None:
        """End it."""
        with self._lock:
            self._stopped.set()
            todo, self._close = self._close, []
        for close in todo:
            with suppress(OSError):  # it is closed already
                close()


@dataclass(frozen=True)
class Limits:
    """How much at once, and for how long.

    Args:
        at_once: targets at the same time.
        starts: how many targets begin in a second at most.
        target_seconds: how long one may take.
        run_seconds: how long all of them may take; those that have not begun then are not asked, the others ended.
    """

    at_once: int = 20
    starts: float = 50.0
    target_seconds: float = 60.0
    run_seconds: float = 1500.0

    def __post_init__(self) -> None:
        if not 1 <= self.at_once <= MOST_AT_ONCE:
            raise RefusalError(f"At once: {self.at_once} is not from 1 to {MOST_AT_ONCE}.")
        if self.starts <= 0 or self.target_seconds <= 0 or self.run_seconds <= 0:
            raise RefusalError("Limits of time and rate have to be more than 0.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one target.

    Args:
        target: as it was given.
        value: what the function returned; None if it failed.
        cause: why it failed, in a word or two; "" if it did not.
        message: the same in a sentence.
        seconds: how long it took.
    """

    target: Any
    value: Any = None
    cause: str = ""
    message: str = ""
    seconds: float = 0.0


@dataclass
class _Running:
    target: Any
    guard: Guard
    started: float = field(default_factory=time.monotonic)


def run(
    function: Callable[[Any, Guard], Any], targets: Iterable[Any], limits: Limits
) -> Generator[Outcome, None, None]:
    """Call the function with each target and its guard, in threads; yields outcomes as targets finish, one for each.

    Targets are taken one by one as there is room for them, in the thread that reads the outcomes. When the reader stops reading, is
    interrupted or closes the generator, all connections are closed.

    Args:
        function: its first argument is a target, the second a `Guard`.
        targets: as many as you like.
        limits: of number and time.
    """
    results: SimpleQueue[tuple[int, Outcome]] = SimpleQueue()
    running: dict[int, _Running] = {}
    waiting: Iterator[Any] = iter(targets)
    begun, number, more = time.monotonic(), 0, True
    end, next_start = begun + limits.run_seconds, begun
    try:
        while more or running:
            now = time.monotonic()
            if now >= end:
                break
            while more and len(running) < limits.at_once and now >= next_start:
                try:
                    target = next(waiting)
                except StopIteration:
                    more = False
                    break
                number += 1
                running[number] = _Running(target, Guard(min(limits.target_seconds, max(end - now, 0.01))))
                next_start = max(next_start, now - 1 / limits.starts) + 1 / limits.starts
                _start(function, number, running[number], results)
                now = time.monotonic()
            room = more and len(running) < limits.at_once
            wait = max(min(next_start - now if room else _TICK, _TICK, end - now), 0.001)
            try:
                key, outcome = results.get(timeout=wait)
            except Empty:
                yield from _give_up(running)
                continue
            if running.pop(key, None):  # one that was given up may still answer
                yield outcome
        yield from _unfinished(results, running, waiting)
    finally:
        for each in running.values():
            each.guard.stop()


def _start(function: Callable[[Any, Guard], Any], key: int, running: _Running, results: SimpleQueue) -> None:
    def work() -> None:
        value, cause, message = None, "", ""
        try:
            value = function(running.target, running.guard)
        except TargetError as error:
            cause, message = error.cause, str(error)
        except Exception as error:  # of one target; its text may have a secret in it
            cause, message = ERROR, f"It failed unexpectedly ({type(error).__name__})."
        finally:
            running.guard.stop()
        results.put((key, Outcome(running.target, value, cause, message, time.monotonic() - running.started)))

    # Daemons: a process does not wait for them when it ends.
    threading.Thread(target=work, name=f"fleet-{key}", daemon=True).start()


def _give_up(running: dict[int, _Running]) -> Iterator[Outcome]:
    for key, each in [(key, each) for key, each in running.items() if each.guard.overdue()]:
        del running[key]
        each.guard.stop()
        yield _ended(each, TIMEOUT, "It took longer than a device may, and was given up.")


def _unfinished(results: SimpleQueue, running: dict[int, _Running], waiting: Iterator[Any]) -> Iterator[Outcome]:
    """When the time of the run is over: what has come meanwhile, what is under way, and what has not begun."""
    for each in running.values():
        each.guard.stop()
    patience = time.monotonic() + GRACE
    while running and (left := patience - time.monotonic()) > 0:
        try:
            key, outcome = results.get(timeout=left)
        except Empty:
            break
        if running.pop(key, None):
            yield outcome
    for each in list(running.values()):
        yield _ended(each, STOPPED, "The time of the run was over before it answered.")
    running.clear()
    for target in waiting:
        yield Outcome(target, cause=STOPPED, message="The time of the run was over before it was its turn.")


def _ended(running: _Running, cause: str, message: str) -> Outcome:
    return Outcome(running.target, cause=cause, message=message, seconds=time.monotonic() - running.started)
