"""Running the transformations over a repository, and writing what came of it."""

from __future__ import annotations

import ast
import difflib
import gc
import multiprocessing
import os
import signal
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import libcst as cst

from ..errors import DevToolsError
from ..source.contracts import Contract, contract_of
from ..source.files import SourceFile, in_folder
from ..source.modules import Module
from .transformation import CERTAIN, Change, Outcome, Transformation
from .understood import Understood


@dataclass
class Migration:
    """What came of a repository.

    Attributes:
        outcomes: of the files that change, need a person, or were left alone with a problem; by path.
        files: how many were looked at.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    files: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        found = [self.outcomes[path] for path in sorted(self.outcomes)]
        return {
            "files": self.files,
            "changed": sum(each.differs for each in found),
            "changes": sum(len(each.changes) for each in found),
            "todos": sum(len(each.todos) for each in found),
            "problems": sum(bool(each.problem) for each in found),
            "outcomes": [
                {
                    "path": each.path,
                    "new": each.before is None,
                    "differs": each.differs,
                    "changes": [vars(change) for change in each.changes],
                    "todos": [vars(todo) for todo in each.todos],
                    "problem": each.problem,
                }
                for each in found
            ],
        }


def version(text: str) -> tuple[int, int]:
    """``2.4`` or ``1.x`` as numbers that compare."""
    major, _, rest = text.partition(".")
    minor = rest.partition(".")[0] or "0"
    if not major.isdigit() or not (minor.isdigit() or minor == "x"):
        raise DevToolsError(f"{text} is no version of Nautobot; say 1.x, 2.4 or the like.")
    return int(major), 0 if minor == "x" else int(minor)


def between(transformations: Iterable[Transformation], since: str, to: str) -> list[Transformation]:
    """The transformations of what broke after one version, up to another."""
    return [each for each in transformations if version(since) < version(each.since) <= version(to)]


def migrate(
    files: dict[str, SourceFile], transformations: Iterable[Transformation], to: str = "3.2", processes: int = 1
) -> Migration:
    """Transform the files of `source.files.in_folder`; nothing is written."""
    chosen = list(transformations)
    contract = contract_of(files)
    done = Migration(files=len(files))
    for outcome in _outcomes(contract, chosen, to, processes):
        if outcome.differs or outcome.todos or outcome.problem:
            done.outcomes[outcome.path] = outcome
    for broken in contract.repository.broken:
        problem = broken.problem.message if broken.problem else ""
        done.outcomes[broken.path] = Outcome(broken.path, broken.text, broken.text, broken.encoding, problem=problem)
    for each in chosen:
        for path, text in each.create(contract).items():
            if path not in files:
                created = Change(1, each.id, "it is created", CERTAIN)
                done.outcomes[path] = Outcome(path, None, text, changes=[created])
                assert not _wrong(text, "utf-8"), f"{path} would not parse"
    return done


# Below this, starting processes takes longer than they save.
_WORTH_PROCESSES = 40
# What processes inherit rather than get sent: trees of a whole repository are large.
_inherited: dict[str, Any] = {}


def _outcomes(contract: Contract, transformations: list[Transformation], to: str, processes: int) -> Iterator[Outcome]:
    sources = [
        source
        for source in contract.repository.modules.values()
        if any(each.touches(contract, source) for each in transformations)
    ]
    if processes < 2 or len(sources) < _WORTH_PROCESSES or "fork" not in multiprocessing.get_all_start_methods():
        yield from (migrate_file(contract, source, transformations, to) for source in sources)
        return
    _inherited.update(contract=contract, transformations=transformations, to=to)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _begin) as pool:
        yield from pool.map(_inherit, [source.name for source in sources], chunksize=8)


def _begin() -> None:
    """Trees have no cycles, and looking for some takes a sixth of the time; Ctrl-C is for the process that started this one."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _inherit(name: str) -> Outcome:
    contract = _inherited["contract"]
    source = contract.repository.modules[name]
    return migrate_file(contract, source, _inherited["transformations"], _inherited["to"])


def migrate_file(
    contract: Contract, source: Module, transformations: Iterable[Transformation], to: str = "3.2"
) -> Outcome:
    """Transform one file. What cannot be transformed whole is left alone, with the problem said."""
    text = source.file.text
    left = Outcome(source.file.path, text, text, source.file.encoding)
    concerned = [each for each in transformations if each.touches(contract, source)]
    if not concerned:
        return left
    if "\r" in text.replace("\r\n", ""):
        left.problem = "it has lone carriage returns, which LibCST would change"
        return left
    try:
        file = Understood(contract, source, version(to))
        original = file.module
        for each in concerned:
            file.transformation = each
            each.run(file)
        if file.edited() is original:
            return file.outcome
        after = file.module.code
    except cst.ParserSyntaxError as error:
        left.problem = f"LibCST does not parse it: {error.message} in line {error.raw_line}"
        return left
    except RecursionError:
        left.problem = "it is nested too deeply"
        return left
    if after != text and (wrong := _wrong(after, source.file.encoding)):
        left.problem = f"the result would not parse, which is a fault of this tool: {wrong}"
        return left
    file.outcome.after = after
    return file.outcome


def _wrong(text: str, encoding: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
        text.encode(encoding)
    except (SyntaxError, UnicodeEncodeError) as error:
        return str(error)
    return ""


def diff(outcome: Outcome) -> str:
    """The change of one file as a unified diff."""
    before = (outcome.before or "").splitlines(keepends=True)
    lines = difflib.unified_diff(
        before,
        outcome.after.splitlines(keepends=True),
        "/dev/null" if outcome.before is None else f"a/{outcome.path}",
        f"b/{outcome.path}",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def write_all(root: Path, outcomes: Iterable[Outcome]) -> None:
    """Write files, each whole or not at all; if one cannot be written, none is.

    Raises:
        DevToolsError: one is no longer what was read, or lies outside the root by a link.
    """
    chosen = list(outcomes)
    for outcome in chosen:
        _check(root, outcome)
    for outcome in chosen:
        write(root, outcome)


def write(root: Path, outcome: Outcome) -> None:
    """Write one file, whole or not at all.

    Raises:
        DevToolsError: it is no longer what was read, or lies outside the root by a link.
    """
    _check(root, outcome)
    path = root / outcome.path
    mode = 0o644 if outcome.before is None else path.stat().st_mode & 0o7777
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".migrate-", delete=False) as stream:
        temporary = Path(stream.name)
        try:
            stream.write(outcome.after.encode(outcome.encoding))
            stream.close()
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _check(root: Path, outcome: Outcome) -> None:
    path = root / outcome.path
    top = root.resolve()
    if path.is_symlink() or not path.parent.resolve().is_relative_to(top):
        raise DevToolsError(f"{outcome.path} leads out of {root}; nothing was written there.")
    if outcome.before is None and path.exists():
        raise DevToolsError(f"{outcome.path} is there by now; nothing was written there.")
    if outcome.before is not None and not (
        path.is_file() and path.read_bytes() == outcome.before.encode(outcome.encoding)
    ):
        raise DevToolsError(f"{outcome.path} was changed meanwhile; nothing was written there.")


def migrate_folder(
    root: Path, transformations: Iterable[Transformation], to: str = "3.2", processes: int = 1
) -> Migration:
    """Transform the files of a folder; nothing is written."""
    done = migrate(in_folder(root), transformations, to, processes)
    for path, outcome in done.outcomes.items():
        if outcome.before is None and os.path.lexists(root / path):
            problem = "it is to be created, but is there: as a link, or in a folder that was not read"
            done.outcomes[path] = Outcome(path, "", "", problem=problem)
    return done
