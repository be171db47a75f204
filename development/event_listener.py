"""Listen to Nautobot's events, and audit the locations whose devices have changed: once a burst, without a job hook.

Nautobot publishes each change to the event brokers of its setting EVENT_BROKERS. This one takes them from Redis, waits until nothing has changed for
a while, and starts one run of a Job over the REST API. It needs the package `redis` alone, and runs beside Nautobot for as long as it is wanted.

    REDIS_URL       where the event broker publishes: redis://redis.example.com:6379/2
    NAUTOBOT_URL    https://nautobot.example.com
    NAUTOBOT_TOKEN  of a user who may run the Job
    NAUTOBOT_JOB    primary key of the Job "Device audit"
    QUIET_SECONDS   how long nothing may have changed; 30 by default
"""

from __future__ import annotations

import json
import logging
import os
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import redis

logger = logging.getLogger(__name__)

TOPICS = [f"nautobot.{action}.dcim.device" for action in ("create", "update", "delete")]
# However much goes on: after so many times the quiet seconds a run is due.
MOST_TIMES_QUIET = 10


def main() -> None:
    """Listen for ever."""
    logging.basicConfig(level=logging.INFO)
    quiet = float(os.environ.get("QUIET_SECONDS", "30"))
    subscription = redis.Redis.from_url(os.environ["REDIS_URL"]).pubsub(ignore_subscribe_messages=True)
    subscription.subscribe(*TOPICS)
    for locations in bursts(subscription, quiet):
        start(sorted(locations))
        logger.info("Started an audit of %d locations.", len(locations))


def bursts(subscription: Any, quiet: float) -> Iterator[set[str]]:
    """The locations of the devices that have changed, one set for each burst of changes."""
    locations: set[str] = set()
    first = last = 0.0
    while True:
        message = subscription.get_message(timeout=min(1.0, quiet / 2))
        now = time.monotonic()
        if message is not None:
            first, last = (first or now), now
            locations |= locations_of(json.loads(message["data"]))
        if locations and (now - last >= quiet or now - first >= MOST_TIMES_QUIET * quiet):
            yield locations
            locations, first = set(), 0.0


def locations_of(event: dict[str, Any]) -> set[str]:
    """Where the device was and is: its old location has to be looked at as well."""
    states = (event.get("prechange"), event.get("postchange"))
    return {state["location"]["id"] for state in states if state and state.get("location")}


def start(locations: list[str]) -> None:
    """Start one run of the Job for all of them."""
    url = f"{os.environ['NAUTOBOT_URL'].rstrip('/')}/api/extras/jobs/{os.environ['NAUTOBOT_JOB']}/run/"
    inputs = {"locations": locations, "record_compliance": True, "fail_at": "never"}
    headers = {"Authorization": f"Token {os.environ['NAUTOBOT_TOKEN']}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps({"data": inputs}).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        answer.read()


if __name__ == "__main__":
    main()
