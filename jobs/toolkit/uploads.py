"""Tables that users upload: CSV, XLSX or YAML, read without trusting anything about them.

All that is wrong with a file is told at once, each problem with row, column, value and what to do. Rows are counted as a
spreadsheet counts them: the header is row 1; in YAML the first entry is row 1.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import BadZipFile, ZipFile

import yaml
from django.apps import apps
from django.db.models import Q
from nautobot.apps.jobs import BooleanVar, FileVar, Job

from .access import RefusalError, visible
from .attachments import create_file, safe_cell

MOST_BYTES = 4 << 20
MOST_ROWS = 20_000
_MOST_UNPACKED = 64 << 20
_LONGEST_CELL = 4096
_MOST_PROBLEMS = 200
_KINDS = {".csv": "CSV", ".txt": "CSV", ".xlsx": "XLSX", ".yml": "YAML", ".yaml": "YAML"}
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")


class UploadError(RefusalError):
    """An uploaded file cannot be used; the message lists all that is wrong with it."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        name: the header, in lower case: "device_a".
        description: what belongs there, for the documentation.
        required: a row without a value is refused.
        choices: the values that are accepted, in lower case; any by default.
        example: a value for the template file.
    """

    name: str
    description: str
    required: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""


@dataclass
class Row:
    """One row of a table.

    Args:
        number: as a spreadsheet counts it.
        values: column to its text, without spaces around it; "" where there is none.
        file: name of the file.
    """

    number: int
    values: Mapping[str, str] = field(default_factory=dict)
    file: str = ""

    @property
    def label(self) -> str:
        """For `Plan.row` and messages: "Row 7"."""
        return f"Row {self.number}"

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def bad(self, column: str, why: str) -> RefusalError:
        """The problem of a value, naming row, column and value."""
        return RefusalError(f'column {column}, "{self[column]}": {why}')

    def number_in(self, column: str, *, least: int, most: int, default: int | None = None) -> int | None:
        """A whole number; the default where there is none.

        Raises:
            RefusalError: it is no number, or out of range.
        """
        text = self[column]
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or not least <= int(text[:18]) <= most:
            raise self.bad(column, f"enter a whole number from {least} to {most}.")
        return int(text)


class UploadMixin:
    """Variables of Jobs that read a table. Mix this in, and define `COLUMNS` in the Job's module."""

    table = FileVar(
        label="List",
        required=False,
        description="CSV, XLSX or YAML file with a row for each request; the documentation has its columns.",
    )
    template_only = BooleanVar(
        label="Only give me a template",
        default=False,
        description="Do nothing but attach an empty list with the right columns, template.csv.",
    )


def attach_template(job: Job, columns: Sequence[Column]) -> dict[str, Any]:
    """Attach `template.csv`: the header, and a line with examples."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerow([safe_cell(column.example) for column in columns])
    create_file(job, "template.csv", text.getvalue().encode("utf-8-sig"))
    job.logger.info("template.csv has the columns of the list, and a line with examples.", extra={"grouping": "plan"})
    return {"changes": 0, "applied": False}


def name_of(upload: Any) -> str:
    """What its user calls an uploaded file; where it is stored, Nautobot puts that before the name."""
    return Path(getattr(upload, "name", None) or "uploaded file").name


def read_table(upload: Any, columns: Sequence[Column]) -> list[Row]:
    """The rows of an uploaded file.

    Args:
        upload: what a FileVar gives.
        columns: those that the table may have; the order does not matter. Others are refused.

    Raises:
        UploadError: anything is wrong with the file.
    """
    name = name_of(upload)
    kind = _KINDS.get(Path(name).suffix.lower())
    if kind is None:
        raise UploadError(f"List: {name} is no CSV, XLSX or YAML file; its name has to end with {', '.join(_KINDS)}.")
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UploadError(f"List: {name} has more than {MOST_BYTES} bytes. Split it.")
    read: Callable[[bytes, str], Iterator[tuple[int, dict[str, str]]]] = {
        "CSV": _read_csv,
        "XLSX": _read_xlsx,
        "YAML": _read_yaml,
    }[kind]
    rows: list[Row] = []
    problems: list[str] = []
    known = {column.name for column in columns}
    for number, values in read(content, name):
        if len(rows) == MOST_ROWS:
            raise UploadError(f"List: {name} has more than {MOST_ROWS} rows. Split it.")
        if not rows and kind != "YAML":
            problems += _header_problems(values, columns)
            if problems:
                break
        if unknown := sorted(set(values) - known):
            problems.append(
                f"Row {number}: there is no column {', '.join(unknown)}. There are {', '.join(sorted(known))}."
            )
            continue
        row = Row(number, values, name)
        if any(values.values()):
            problems += [f"{row.label}: {problem}" for problem in _row_problems(row, columns)]
            rows.append(row)
    if not rows and not problems:
        problems.append("there is no row in it.")
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        rest = [f"and {more} more"] if more > 0 else []
        raise UploadError(f"List: {name}:\n" + "\n".join(f"- {each}" for each in problems[:_MOST_PROBLEMS] + rest))
    return rows


def _header_problems(values: Mapping[str, str], columns: Sequence[Column]) -> list[str]:
    known = {column.name for column in columns}
    problems = []
    if unknown := sorted(set(values) - known):
        problems.append(f"Row 1: there is no column {', '.join(unknown)}. There are {', '.join(sorted(known))}.")
    if missing := [column.name for column in columns if column.required and column.name not in values]:
        problems.append(f"Row 1: the column {', '.join(missing)} is missing.")
    return problems


def _row_problems(row: Row, columns: Sequence[Column]) -> Iterator[str]:
    for column in columns:
        text = row[column.name]
        if column.required and not text:
            yield f"column {column.name}: a value is missing."
        elif text and column.choices and text.lower() not in column.choices:
            yield f'column {column.name}, "{text}": enter one of {", ".join(column.choices)}.'
        elif len(text) > _LONGEST_CELL:
            yield f"column {column.name}: the value has more than {_LONGEST_CELL} characters."
        elif any(ord(sign) < 32 and sign not in "\t\r\n" for sign in text):
            yield f"column {column.name}: the value has control characters in it. Remove them."


def _decode(content: bytes, name: str) -> str:
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UploadError(f"List: {name} has an unknown encoding. Save it as “CSV UTF-8”.")


def _read_csv(content: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    text = _decode(content, name)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from _by_header(((reader.line_num, cells) for cells in reader), name)
    except csv.Error as error:
        raise UploadError(f"List: {name}, line {reader.line_num}: not readable as CSV ({error}).") from None


def _read_xlsx(content: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError:
        raise UploadError(
            "List: to read XLSX files, openpyxl has to be installed on Nautobot's workers. Save the list as CSV."
        ) from None
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MOST_UNPACKED:
                raise UploadError(f"List: {name} unpacks to more than {_MOST_UNPACKED} bytes. Save it as CSV.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise UploadError(f"List: {name} is not readable as XLSX ({error}).") from None
    try:
        sheet = book.worksheets[0]
        cells = ([_cell(value) for value in row] for row in sheet.iter_rows(values_only=True))
        yield from _by_header(enumerate(cells, 1), name)
    finally:
        book.close()


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _by_header(lines: Iterable[tuple[int, list[str]]], name: str) -> Iterator[tuple[int, dict[str, str]]]:
    header: list[str] = []
    for number, line in lines:
        cells = [cell.strip() for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if not header:
            header = [cell.lower().replace(" ", "_") for cell in cells]
            if len(set(header)) < len(header):
                raise UploadError(f"List: {name}: a column is there twice: {', '.join(header)}.")
            continue
        if len(cells) > len(header):
            raise UploadError(
                f"List: {name}: row {number} has {len(cells)} values and the header {len(header)}. "
                "Put values that contain the separator in quotes."
            )
        # What `safe_cell` wrote in front of a template's or a report's cell is no part of the value.
        yield (
            number,
            dict(zip(header, (_unquoted(cell) for cell in [*cells, *[""] * (len(header) - len(cells))]), strict=True)),
        )


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in ("=", "+", "-", "@") else cell


def _read_yaml(content: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    text = _decode(content, name)
    try:
        # Aliases let a small file become a huge one.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, Loader=yaml.SafeLoader)):
            raise UploadError(f"List: {name} has YAML aliases (*name). Write each entry out.")
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f", line {place.line + 1}" if place else ""
        raise UploadError(f"List: {name}{where} is not YAML: {getattr(error, 'problem', error)}.") from None
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise UploadError(f"List: {name} has to be a list of mappings: “- device: sw-01”.")
    for number, entry in enumerate(data, 1):
        bad = [key for key, value in entry.items() if isinstance(value, (dict, list))]
        if bad:
            raise UploadError(f"List: {name}: entry {number}: {', '.join(map(str, bad))} has to be a single value.")
        yield number, {str(key).strip().lower(): _cell(value).strip() for key, value in entry.items()}


class Lookup:
    """Objects by what users call them: one question a model and a thousand names.

    Args:
        user: the user who runs the Job: what may not be viewed does not exist.
    """

    def __init__(self, user: Any) -> None:
        self._user = user
        self._found: dict[tuple[str, str], dict[str, list[Any]]] = {}

    def load(
        self, label: str, names: Iterable[str], *, by: str = "name", related: Sequence[str] = (), **conditions: Any
    ) -> None:
        """Fetch objects.

        Args:
            label: of the model: "dcim.device".
            names: what they are called. A primary key is understood as well, where a name is not unique.
            by: the field that has the name.
            related: foreign keys to fetch along.
            conditions: further conditions, as for `filter()`.
        """
        wanted = sorted({name for name in names if name})
        found = self._found.setdefault((label, by), defaultdict(list))
        objects = visible(self._user, apps.get_model(label)).filter(**conditions).select_related(*related)
        for start in range(0, len(wanted), 1000):
            chunk = wanted[start : start + 1000]
            keys = [name for name in chunk if _is_key(name)]
            for obj in objects.filter(Q(**{f"{by}__in": chunk}) | Q(pk__in=keys)).order_by("pk"):
                for name in (str(getattr(obj, by)), str(obj.pk)):
                    if obj not in found[name]:  # it may have been asked for before, or by both
                        found[name].append(obj)

    def get(self, label: str, name: str, *, by: str = "name") -> Any:
        """An object that `load` has fetched.

        Raises:
            RefusalError: there is none, or several are called so.
        """
        objects = self._found.get((label, by), {}).get(name, [])
        noun = apps.get_model(label)._meta.verbose_name
        if not objects:
            raise RefusalError(f'there is no {noun} "{name}" that you may view.')
        if len(objects) > 1:
            keys = ", ".join(str(obj.pk) for obj in objects[:5])
            raise RefusalError(f'{len(objects)} {noun}s are called "{name}". Write its primary key instead: {keys}.')
        return objects[0]

    def of(self, row: Row, column: str, label: str, *, by: str = "name") -> Any:
        """The object that a row names; None where the column is empty.

        Raises:
            RefusalError: see `get`; with row, column and value.
        """
        if not row[column]:
            return None
        try:
            return self.get(label, row[column], by=by)
        except RefusalError as refusal:
            raise row.bad(column, str(refusal)) from None


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
