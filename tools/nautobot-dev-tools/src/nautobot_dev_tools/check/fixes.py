"""Makes the fixes, through LibCST, so that all else of a file stays as it is."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from .rule import Edit, NewFile


def apply(root: Path, fixes: Iterable[Edit | NewFile]) -> tuple[set[str], set[str]]:
    """Make fixes in the repository in a folder; returns the paths that changed, and those where a fix failed, which are left alone."""
    changed: set[str] = set()
    failed: set[str] = set()
    edits: dict[str, list[Edit]] = defaultdict(list)
    for fix in fixes:
        path = root / fix.path
        if not path.resolve().is_relative_to(root.resolve()):
            failed.add(fix.path)
        elif isinstance(fix, Edit):
            edits[fix.path].append(fix)
        elif not path.exists():
            path.write_text(fix.text, encoding="utf-8")
            changed.add(fix.path)
    for name, of_file in edits.items():
        path = root / name
        before = path.read_bytes()
        after = edited(before, of_file)
        if after is None:
            failed.add(name)
        elif after != before:
            path.write_bytes(after)
            changed.add(name)
    return changed, failed


def edited(source: bytes, edits: list[Edit]) -> bytes | None:
    """A file's bytes with edits made; None where the result would not parse, or LibCST does not parse the file."""
    try:
        wrapper = MetadataWrapper(cst.parse_module(source))
        result = wrapper.visit(_Editor(edits)).bytes
        ast.parse(result)
    except (cst.ParserSyntaxError, SyntaxError, RecursionError):
        return None
    return result


class _Editor(cst.CSTTransformer):
    """Changes the nodes at the places of edits, all in one pass."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, edits: list[Edit]) -> None:
        super().__init__()
        self.edits = {(edit.kind, edit.start, edit.end): edit for edit in edits}
        self.kinds = {edit.kind for edit in edits}

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        updated = super().on_leave(original_node, updated_node)
        if isinstance(updated, cst.SimpleStatementLine) and not updated.body:
            return cst.RemoveFromParent()
        kind = type(original_node).__name__
        if kind not in self.kinds:
            return updated
        at = self.get_metadata(PositionProvider, original_node)
        edit = self.edits.get((kind, (at.start.line, at.start.column), (at.end.line, at.end.column)))
        if edit is None:
            return updated
        return cst.RemoveFromParent() if edit.change is None else edit.change(updated)
