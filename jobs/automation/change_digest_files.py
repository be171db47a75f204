"""The digest as a page and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.urls import reverse
from django.utils import timezone
from nautobot.apps.jobs import Job

from ..toolkit.links import base_url, object_path
from ..toolkit.messages import escaped, one_line
from ..toolkit.page import write_page
from ..toolkit.plan_html import ranked_bars
from .change_digest_read import ACTIONS, Digest, Request

_MOST_LINES = 40
_NO_LOCATION = "No location"


@dataclass(frozen=True)
class About:
    """The run; see `page.write_page`."""

    title: str
    user: str
    started: datetime
    base_url: str
    run_url: str
    job: str
    chosen: str

    @classmethod
    def of(cls, job: Job, chosen: str) -> About:
        """What is known of a run. `chosen` is what it is about, in words; "" for everything."""
        return cls(
            job.name,
            str(job.user),
            timezone.localtime(),
            base_url(),
            job.job_result.get_absolute_url(),
            job.class_path,
            chosen,
        )


def in_words(digest: Digest) -> str:
    """The counts as text: "12 changes by 3 users (7 created, 5 updated) from 2026-03-01 06:00 to 2026-03-02 06:00"."""
    number, users = digest.actions.total(), len(digest.users)
    parts = ", ".join(f"{digest.actions[action]} {word}" for action, word in ACTIONS.items() if digest.actions[action])
    text = f"{number} change{'' if number == 1 else 's'} by {users} user{'' if users == 1 else 's'}"
    return f"{text}{f' ({parts})' if parts else ''} from {_time(digest.since)} to {_time(digest.until)}"


def write_html(path: Path, digest: Digest, about: About) -> None:
    """Write `digest.html`."""
    located = {name or _NO_LOCATION: counts for name, counts in digest.locations.items()}
    charts = [
        ("By user", "User", ranked_bars(digest.users, "users")),
        ("By model", "Model", ranked_bars(digest.models, "models")),
        ("By location", "Location", ranked_bars(located, "locations")),
    ]
    write_page(
        path,
        "digest",
        about,
        filters={"time": _time, "done": done},
        digest=digest,
        charts=charts,
        words=ACTIONS,
        entry_path=lambda pk: object_path("extras.objectchange", pk),
        log_path=reverse("extras:objectchange_list"),
    )


def as_markdown(digest: Digest, about: About) -> str:
    """The digest as Markdown, which mails have as it is: the counts, and the last requests."""
    lines = [f"# {escaped(about.title)}", "", f"{in_words(digest)}, as {escaped(about.user)} may view it."]
    lines += [f"Only {escaped(about.chosen)}."] if about.chosen else []
    for caption, counts in (("User", digest.users), ("Model", digest.models), ("Location", digest.locations)):
        lines += ["", *_table(caption, counts)] if counts else []
    if digest.requests:
        lines += ["", "## The last changes", ""]
    for request in list(digest.requests.values())[:_MOST_LINES]:
        through = f" ({escaped(request.through)})" if request.through else ""
        lines.append(f"- {_time(request.last)} **{escaped(request.user)}** {escaped(done(request))}{through}")
    more = len(digest.requests) - _MOST_LINES
    lines += [f"- and {more} more requests: see digest.html"] if more > 0 else []
    return "\n".join(lines) + "\n"


def _table(caption: str, counts: Mapping[str, Counter[str]]) -> list[str]:
    ranked = sorted(counts, key=lambda name: (-counts[name].total(), name))
    lines = [f"| {caption} | {' | '.join(ACTIONS.values())} |", "| --- | ---: | ---: | ---: |"]
    for name in ranked[:_MOST_LINES]:
        cells = " | ".join(str(counts[name][action]) for action in ACTIONS)
        lines.append(f"| {escaped(name or _NO_LOCATION)} | {cells} |")
    return lines + ([f"| and {len(ranked) - _MOST_LINES} more | | | |"] if len(ranked) > _MOST_LINES else [])


def done(request: Request) -> str:
    """What a request did: "created 24 interfaces and updated 1 devices: sw-01, Ethernet1, …"."""
    parts = [f"{ACTIONS[action]} {count} {noun}" for (noun, action), count in request.counts.most_common(4)]
    more = len(request.counts) - 4
    text = ", ".join(parts) + (f" and {more} kinds more" if more > 0 else "")
    names = list(dict.fromkeys(one_line(entry.name) for entry in request.entries))
    return f"{text}: {', '.join(names[:3])}{', …' if request.counts.total() > 3 else ''}"


def _time(when: datetime) -> str:
    return f"{timezone.localtime(when):%Y-%m-%d %H:%M}"
