"""The findings inside the HTML report: rows of a table as compact JSON, which go to disk as they come.

`report.js` reads it. It is one object:

    rows       list of lists: severity (0 to 4), check, name of the object, page, primary key, location, role, text,
               details (label, text, label, text ...), first seen, state (0 not known, 1 new, 2 not new), and, of a
               waived one, its waiver
    checks     list of lists: id, title, remedy
    pages      list of lists: path of an object's page before and after its primary key
    locations, roles, labels, seen   lists of texts
    waivers    list of lists: owner, reason, last day
    texts      list of texts

Where a row has a number instead of a text, it is the place in one of these lists: what repeats is there once.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import IO, Any

from .checks import Check
from .findings import Finding, Standing

# More are not put together: texts that do not repeat would fill memory.
_MOST_TEXTS = 4000
_LISTS = ("checks", "pages", "locations", "roles", "labels", "seen", "waivers", "texts")


class Rows:
    """Takes findings while an audit runs, at most so many rows and bytes of them.

    Args:
        path: where they are kept until the report is written.
        most: at most so many rows.
        most_bytes: and so many bytes.
    """

    def __init__(self, path: Path, most: int, most_bytes: int) -> None:
        self.written = 0
        self.left_out = 0
        self._path = path
        self._file: IO[str] = path.open("w", encoding="utf-8")
        self._most = most
        self._bytes_left = most_bytes
        self._lists: dict[str, dict[Any, int]] = {name: {} for name in _LISTS}

    def add(self, finding: Finding, check: Check, standing: Standing) -> None:
        """Write a row, if there is room."""
        if self.written == self._most or self._bytes_left <= 0:
            self.left_out += 1
            return
        text = ("," if self.written else "") + _json(self._row(finding, check, standing)) + "\n"
        self._bytes_left -= len(text.encode())
        self._file.write(text)
        self.written += 1

    def _row(self, finding: Finding, check: Check, standing: Standing) -> list[Any]:
        before, found, after = finding.url.partition(finding.pk) if finding.pk else ("", "", "")
        page, pk = ((before, after), finding.pk) if found else (("", ""), finding.url)
        details: list[Any] = []
        for label, text in finding.details.items():
            details += [self._place("labels", label), self._text(text)]
        row = [
            int(finding.severity),
            self._place("checks", (finding.check, check.title, check.remedy)),
            finding.display,
            self._place("pages", page),
            pk,
            self._place("locations", finding.location),
            self._place("roles", finding.role),
            self._text(finding.message),
            details,
            self._place("seen", standing.first_seen),
            {None: 0, True: 1, False: 2}[standing.new],
        ]
        if standing.waived:
            row.append(self._place("waivers", (standing.owner, standing.reason, standing.expires)))
        return row

    def _place(self, name: str, value: Hashable) -> int:
        places = self._lists[name]
        return places.setdefault(value, len(places))

    def _text(self, text: str) -> int | str:
        texts = self._lists["texts"]
        return self._place("texts", text) if text in texts or len(texts) < _MOST_TEXTS else text

    def close(self) -> None:
        """No more rows will come."""
        self._file.close()

    def read(self) -> Iterator[str]:
        """The JSON, piece by piece, as it may stand in a script element."""
        yield '{"rows":['
        with self._path.open(encoding="utf-8") as file:
            yield from file
        for name, places in self._lists.items():
            yield f'{"]" if name == _LISTS[0] else ""},"{name}":{_json(list(places))}\n'
        yield "}"

    def discard(self) -> None:
        """Remove the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _json(value: Any) -> str:
    """As short as may be; without the signs by which a text could end the script element, or begin a comment in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
