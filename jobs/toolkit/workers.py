"""Celery's workers, asked over the broker."""

from __future__ import annotations

from collections import Counter

from nautobot.core.celery import app


def served_queues(seconds: float) -> Counter[str]:
    """Names of the queues that workers take runs from, to the number of workers; asked at most so long.

    Nautobot's own `get_celery_queues` may answer from its cache.
    """
    answers = app.control.inspect(timeout=seconds).active_queues() or {}
    return Counter(name for queues in answers.values() for name in {queue["name"] for queue in queues})
