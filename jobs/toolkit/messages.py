"""Messages about runs of Jobs, in the forms that chats take. Whatever a name says, it stays a name: no markup, no mention."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_ITEMS = 20
_MOST_LINES = 6
_LONGEST = 400
# Limits of the services, with some room: Slack's text of a section has 3,000 characters and its header 150, a message of
# Mattermost has 16,383, one of Webex 7,439 bytes, one of Teams 28 KB.
_HEADER, _MATTERMOST, _WEBEX, _TEAMS = 150, 16_000, 7_000, 24_000
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|>~<])")
_MARKS = {"good": "✅", "bad": "❌", "other": "ℹ️"}


@dataclass(frozen=True)
class Item:
    """One thing that a message tells.

    Args:
        title: what it is called.
        lines: what is to be known of it.
        mark: "good", "bad" or "other".
        url: its page; "" if the address of this Nautobot is unknown.
        facts: the same for machines.
    """

    title: str
    lines: Sequence[str] = ()
    mark: str = "other"
    url: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """What is told at once.

    Args:
        title: in a line.
        items: the first of them are shown.
        url: page of all of them.
    """

    title: str
    items: Sequence[Item]
    url: str = ""

    @property
    def shown(self) -> Sequence[Item]:
        """Those that have room."""
        return self.items[:MOST_ITEMS]

    @property
    def rest(self) -> str:
        """How many have none, in words; "" if all have."""
        more = len(self.items) - MOST_ITEMS
        return f"and {more} more" if more > 0 else ""


def plain(message: Message) -> str:
    """As text, for mails and logs."""
    parts = [one_line(message.title), ""]
    for item in message.shown:
        parts.append(f"{_MARKS[item.mark]} {one_line(item.title)}")
        parts += [f"    {one_line(line)}" for line in item.lines[:_MOST_LINES]]
        parts += [f"    {item.url}"] if item.url else []
        parts.append("")
    parts += [part for part in (message.rest, message.url) if part]
    return "\n".join(parts).rstrip() + "\n"


def slack(message: Message) -> dict[str, Any]:
    """Block Kit: https://docs.slack.dev/reference/block-kit."""
    # No markup is understood in a header; these two are not left to that.
    header = _called(message.title).replace("<", "‹").replace(">", "›")[:_HEADER]
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": header, "emoji": False}}]
    for item in message.shown:
        name = f"*{_slack(item.title)}*"
        if item.url:
            name = f"<{_address(item.url)}|{_slack(item.title).replace('|', '¦')}>"
        text = "\n".join([f"{_MARKS[item.mark]} {name}", *(_slack(line) for line in item.lines[:_MOST_LINES])])
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text}})
    if message.rest:
        more = f"<{_address(message.url)}|{message.rest}>" if message.url else message.rest
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": more}]})
    return {"text": _slack(message.title), "blocks": blocks}


def mattermost(message: Message) -> dict[str, Any]:
    """Incoming webhook: https://developers.mattermost.com/integrate/webhooks/incoming/."""
    return {"text": _markdown(message, lambda text: len(text) <= _MATTERMOST)}


def webex(message: Message) -> dict[str, Any]:
    """Incoming webhook of Webex: Markdown."""
    return {"markdown": _markdown(message, lambda text: len(text.encode()) <= _WEBEX)}


def teams(message: Message) -> dict[str, Any]:
    """An adaptive card, as the workflows of Teams take it: https://adaptivecards.io/explorer/."""
    body: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": escaped(message.title), "weight": "Bolder", "size": "Medium", "wrap": True}
    ]
    size = len(message.title)
    for place, item in enumerate(message.shown):
        name = f"[{escaped(item.title)}]({_address(item.url)})" if item.url else f"**{escaped(item.title)}**"
        lines = [f"{_MARKS[item.mark]} {name}", *(escaped(line) for line in item.lines[:_MOST_LINES])]
        size += sum(len(line.encode()) for line in lines) + 80 * len(lines)
        if size > _TEAMS:
            body.append({"type": "TextBlock", "text": f"and {len(message.items) - place} more", "isSubtle": True})
            break
        body += [
            {"type": "TextBlock", "text": line, "wrap": True, "spacing": "Small" if number else "Medium"}
            for number, line in enumerate(lines)
        ]
    else:
        if message.rest:
            body.append({"type": "TextBlock", "text": message.rest, "isSubtle": True})
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if message.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open Nautobot", "url": message.url}]
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


def generic(message: Message) -> dict[str, Any]:
    """For programs: the facts of each item, all of them."""
    return {
        "title": one_line(message.title),
        "text": plain(message),
        "url": message.url,
        "items": [dict(item.facts) for item in message.items],
    }


FORMATS: dict[str, Callable[[Message], dict[str, Any]]] = {
    "generic": generic,
    "slack": slack,
    "teams": teams,
    "webex": webex,
    "mattermost": mattermost,
}


def _markdown(message: Message, fits: Callable[[str], bool]) -> str:
    """As many items as there is room for; the title always."""
    text = f"**{escaped(message.title)}**\n"
    shown = 0
    for item in message.shown:
        name = f"[{escaped(item.title)}]({_address(item.url)})" if item.url else f"**{escaped(item.title)}**"
        lines = [f"- {_MARKS[item.mark]} {name}", *(f"  - {escaped(line)}" for line in item.lines[:_MOST_LINES])]
        longer = text + "\n" + "\n".join(lines)
        if not fits(longer + " " * 100):
            break
        text, shown = longer, shown + 1
    more = len(message.items) - shown
    return f"{text}\n\nand {more} more" if more else text


def one_line(text: str) -> str:
    """On one line, and not endless; no control characters."""
    text = " ".join("".join(sign if sign.isprintable() or sign.isspace() else "�" for sign in str(text)).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _called(text: str) -> str:
    """On one line; addresses in it lead nowhere, and an @ calls nobody: a character without width breaks them."""
    return one_line(text).replace("@", "@\u200b").replace("://", ":\u200b//")


def _slack(text: str) -> str:
    """Slack's own rule: without these three no link, no mention and no channel can be written. Marks are broken as well."""
    text = _called(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([*_~`])", "\u200b\\1\u200b", text)


def escaped(text: str) -> str:
    """Text in Markdown."""
    return _MARKUP.sub(r"\\\1", _called(text))


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
