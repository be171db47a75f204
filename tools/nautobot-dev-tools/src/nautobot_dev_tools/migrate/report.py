"""The report of a migration as text."""

from __future__ import annotations

from .run import Migration
from .transformation import LIKELY, Outcome


def as_text(done: Migration) -> str:
    """What was changed and what needs a person, file by file, then the totals."""
    parts = [_file(done.outcomes[path]) for path in sorted(done.outcomes)]
    total = done.as_dict()
    parts.append(
        f"{done.files} files: {total['changed']} changed ({total['changes']} changes), "
        f"{total['todos']} places need a person, {total['problems']} files left alone."
    )
    return "\n".join(parts)


def _file(outcome: Outcome) -> str:
    lines = [outcome.path + (" (new)" if outcome.before is None else "")]
    if outcome.problem:
        lines.append(f"  left alone: {outcome.problem}")
    said = [
        *((each.line, f"{each.message}{' (likely)' if each.confidence == LIKELY else ''}") for each in outcome.changes),
        *((each.line, f"TODO {each.reason}") for each in outcome.todos),
    ]
    lines += [f"  {line:5}  {text}" for line, text in sorted(said, key=lambda each: each[0])]
    return "\n".join(lines)
