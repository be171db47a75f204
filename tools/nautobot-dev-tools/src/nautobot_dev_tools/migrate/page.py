"""The report of a migration as a page: one file that needs nothing else, for screens of all sizes, dark or light, and for paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from .run import Migration, diff
from .transformation import CERTAIN, LIKELY, Outcome, Transformation

TODO, PROBLEM = "todo", "problem"
# Lines of a diff that the page has; a browser takes no more of them with pleasure.
MOST_LINES = 1500
_WORDS = {CERTAIN: "certain", LIKELY: "likely", TODO: "person", PROBLEM: "left alone"}


def as_html(
    done: Migration, transformations: Iterable[Transformation], *, name: str, since: str, to: str, written: bool
) -> str:
    """The page.

    Args:
        done: what came of the repository.
        transformations: those that ran.
        name: of the repository, for the title.
        since: the version of Nautobot that it was for.
        to: the version that it is for now.
        written: whether the files were written.
    """
    outcomes = [done.outcomes[path] for path in sorted(done.outcomes)]
    style = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    state = "written" if written else "not written"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Migration of {escape(name)} to Nautobot {escape(to)}</title>
<style>{style}</style>
</head>
<body>
<header>
  <div class="wrap">
    <p class="eyebrow">Migration of Nautobot Jobs</p>
    <h1>{escape(name)}</h1>
    <dl class="facts">
      <div><dt>From Nautobot</dt><dd>{escape(since)}</dd></div>
      <div><dt>To Nautobot</dt><dd>{escape(to)}</dd></div>
      <div><dt>Files looked at</dt><dd>{done.files:,}</dd></div>
      <div><dt>Changes</dt><dd>{state}</dd></div>
    </dl>
  </div>
</header>
<main class="wrap">
{_tiles(outcomes)}
{_note(outcomes)}
{_by_transformation(outcomes, list(transformations))}
{_files(outcomes)}
</main>
<footer class="wrap muted"><p>Lines are those of the files as they were.
Likely: it is what the documentation says, and what the code alone cannot prove. Made by <code>nautobot-jobs migrate</code>.</p></footer>
</body>
</html>
"""


def _said(outcome: Outcome) -> Iterator[tuple[int, str, str, str, str]]:
    """Line, kind, text, transformation and address of all that is to be said of a file."""
    for change in outcome.changes:
        yield change.line, change.confidence, change.message, change.transformation, ""
    for todo in outcome.todos:
        yield todo.line, TODO, todo.reason, todo.transformation, todo.url
    if outcome.problem:
        yield 1, PROBLEM, outcome.problem, "", ""


def _counts(outcomes: Iterable[Outcome]) -> Counter[str]:
    return Counter(kind for outcome in outcomes for _, kind, *_ in _said(outcome))


def _tiles(outcomes: list[Outcome]) -> str:
    counts = _counts(outcomes)
    changed = sum(each.differs for each in outcomes)
    tiles = [
        ("total", changed, "file changes" if changed == 1 else "files change"),
        (CERTAIN, counts[CERTAIN], "certain change" if counts[CERTAIN] == 1 else "certain changes"),
        (
            LIKELY,
            counts[LIKELY],
            "likely change: look at it" if counts[LIKELY] == 1 else "likely changes: look at them",
        ),
        (TODO, counts[TODO], "place needs a person" if counts[TODO] == 1 else "places need a person"),
        (PROBLEM, counts[PROBLEM], "file was left alone" if counts[PROBLEM] == 1 else "files were left alone"),
    ]
    return (
        '<section aria-label="Summary" class="tiles">'
        + "".join(
            f'<div class="tile {kind}{"" if count else " none"}"><b>{count:,}</b><span>{text}</span></div>'
            for kind, count, text in tiles
        )
        + "</section>"
    )


def _note(outcomes: list[Outcome]) -> str:
    if not outcomes:
        return '<p class="note"><b>Nothing to do,</b> as far as reading tells.</p>'
    if not any(each.todos or each.problem for each in outcomes):
        return '<p class="note"><b>Nothing needs a person,</b> as far as reading tells. Try the Jobs before you rely on them.</p>'
    return '<p class="note">Above each place that needs a person, the file has a comment <code># TODO(migrate):</code> with the reason.</p>'


def _by_transformation(outcomes: list[Outcome], transformations: list[Transformation]) -> str:
    counts = Counter((name, kind) for outcome in outcomes for _, kind, _, name, _ in _said(outcome))
    totals = Counter(
        {each.id: sum(counts[each.id, kind] for kind in (CERTAIN, LIKELY, TODO)) for each in transformations}
    )
    most = max(totals.values(), default=0)
    if not most:
        return ""
    rows = []
    for each in transformations:
        if not totals[each.id]:
            continue
        start, rectangles = 0.0, ""
        for kind in (CERTAIN, LIKELY, TODO):
            length = 100 * counts[each.id, kind] / most
            rectangles += f'<rect class="{kind}" x="{start:.2f}" width="{length:.2f}" height="8"/>' if length else ""
            start += length
        numbers = "".join(
            f'<td class="number" data-word="{_WORDS[kind]}">{counts[each.id, kind] or ""}</td>'
            for kind in (CERTAIN, LIKELY, TODO)
        )
        rows.append(
            f'<tr><td><a href="{escape(each.url)}">{escape(each.title)}</a> <span class="muted">{escape(each.since)}</span></td>'
            f'<td><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{rectangles}</svg></td>{numbers}</tr>'
        )
    head = "".join(f'<th scope="col" class="number">{_WORDS[kind]}</th>' for kind in (CERTAIN, LIKELY, TODO))
    return (
        '<section class="card"><h2>By what broke</h2><table class="bars"><thead><tr><th scope="col">What is done, since</th>'
        f"<td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></section>"
    )


def _files(outcomes: list[Outcome]) -> str:
    if not outcomes:
        return ""
    # What needs a person comes first.
    ordered = sorted(outcomes, key=lambda each: (not each.todos and not each.problem, each.path))
    return f'<section class="card"><h2>By file</h2>{"".join(_file(each) for each in ordered)}</section>'


def _file(outcome: Outcome) -> str:
    counts = _counts([outcome])
    badges = "".join(
        f' <span class="badge {kind}">{counts[kind]} {_WORDS[kind]}</span>'
        if kind != PROBLEM
        else f' <span class="badge {kind}">{_WORDS[kind]}</span>'
        for kind in (PROBLEM, TODO, LIKELY, CERTAIN)
        if counts[kind]
    )
    rows = "".join(_row(*each) for each in sorted(_said(outcome), key=_order))
    new = " <em>new</em>" if outcome.before is None else ""
    return (
        f"<details{' open' if outcome.todos or outcome.problem else ''}><summary><code>{escape(outcome.path)}</code>{new}{badges}</summary>"
        f'<table class="said"><tbody>{rows}</tbody></table>{_diff(outcome)}</details>'
    )


def _order(said: tuple[int, str, str, str, str]) -> tuple[bool, int, str]:
    """What needs a person first, then by line."""
    line, kind, text, *_ = said
    return kind not in (TODO, PROBLEM), line, text


def _row(line: int, kind: str, text: str, transformation: str, url: str) -> str:
    link = (
        f'<a href="{escape(url)}">documentation</a>' if url else f'<span class="muted">{escape(transformation)}</span>'
    )
    return (
        f'<tr><td class="muted">line {line}</td><td><span class="badge {kind}">{_WORDS[kind]}</span></td>'
        f"<td>{escape(text)}</td><td>{link}</td></tr>"
    )


def _diff(outcome: Outcome) -> str:
    if not outcome.differs:
        return ""
    lines = diff(outcome).splitlines()
    shown = [_line(each) for each in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(f"… and {len(lines) - MOST_LINES:,} more lines")
    return f"<details><summary><em>The change, line by line</em></summary><pre>{chr(10).join(shown)}</pre></details>"


def _line(text: str) -> str:
    if text.startswith(("+", "-")) and not text.startswith(("+++", "---")):
        tag = "ins" if text[0] == "+" else "del"
        return f"<{tag}>{escape(text)}</{tag}>"
    return escape(text)
