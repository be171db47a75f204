"""Secrets that a run knows, taken out of every text that leaves it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

MARK = "(redacted)"
# A shorter secret of letters and digits alone is taken out where it is a word: "admin" is no part of "administratively".
_SHORT = 8


class Redactor:
    """Takes secrets out of texts. It is told of them as they are read, before they are used."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._written: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """Take these out from now on, in whatever way they are written: as they are, in URLs, JSON, HTML or Base64."""
        new = {written for secret in secrets if secret for written in _ways(secret)} - self._written
        if new:
            self._written |= new
            longest_first = sorted(self._written, key=lambda each: (-len(each), each))
            self._pattern = re.compile("|".join(map(_pattern, longest_first)))

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(MARK, text) if self._pattern else text

    def value(self, value: Any, *, keys: bool = True) -> Any:
        """The same of whatever JSON can be made of; without `keys`, those of dictionaries stay as they are."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.value(key) if keys else key: self.value(each, keys=keys) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(each, keys=keys) for each in value]
        return value


def _pattern(written: str) -> str:
    text = re.escape(written)
    return rf"(?<![^\W_]){text}(?![^\W_])" if len(written) < _SHORT and written.isalnum() else text


def _ways(secret: str) -> set[str]:
    encoded = secret.encode()
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        escape(secret, {'"': "&quot;", "'": "&#x27;"}),
        escape(secret, {'"': "&#34;", "'": "&#39;"}),
        b64encode(encoded).decode(),
        repr(secret)[1:-1],
    }
