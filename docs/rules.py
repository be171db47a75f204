"""Writes the page of the rules of `nautobot-jobs check` from the rules themselves; `generate.py` calls it."""

from __future__ import annotations

import ast
import inspect
import sys
from pathlib import Path

from nautobot_dev_tools.check.rule import Rule
from nautobot_dev_tools.check.rules import RULES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "tools" / "rules.md"
CHAPTERS = {
    "0": "Exceptions",
    "1": "Layout",
    "2": "Registration",
    "3": "Contract",
    "4": "Database",
    "5": "Logging and errors",
    "6": "Security",
    "7": "Versions",
}
INTRODUCTION = """\
# Rules

What [`nautobot-jobs check`](check.md) looks for. An **error** does not work, or does harm; a **warning** will one day; a **note** could be better.
Where it says *fix*, `--fix` mends it. Each example is executed as a test: what is bad violates the rule, what is good violates none."""


def page() -> str:
    """The page's text."""
    parts = [INTRODUCTION, table()]
    for digit, chapter in CHAPTERS.items():
        rules = [rule for rule in RULES if rule.id.startswith(f"JOB{digit}")]
        if rules:
            parts += [f"## {chapter}", *map(section, rules)]
    return "\n\n".join(parts) + "\n"


def table() -> str:
    """All rules in short, linked."""
    lines = ["| Rule | | Severity | Fix |", "| --- | --- | --- | --- |"]
    for rule in RULES:
        title = rule.title.replace("|", "\\|")
        lines.append(f"| [{rule.id}](#{anchor(rule)}) | {title} | {rule.severity} | {'fix' if fixes(rule) else ''} |")
    return "\n".join(lines)


def section(rule: Rule) -> str:
    """One rule: why, bad, good."""
    fix = ", fix" if fixes(rule) else ""
    return "\n\n".join(
        [
            f"### {rule.id} {rule.name}",
            f"{rule.title}. *({rule.severity}{fix})*",
            inspect.cleandoc(rule.__doc__ or ""),
            "Bad:",
            example(rule.bad),
            "Good:",
            example(rule.good),
        ]
    )


def anchor(rule: Rule) -> str:
    """Where a rule is on the page."""
    return f"{rule.id.lower()}-{rule.name}"


def fixes(rule: Rule) -> bool:
    """Whether its bad example, at least, can be mended."""
    from nautobot_dev_tools.check.context import Context
    from nautobot_dev_tools.check.examples import read, repository

    return any(found.fix for found in rule.check(Context(read(repository(rule.bad)))))


def example(files: dict[str, str] | str) -> str:
    """The files of an example that have something in them."""
    texts = {"": files} if isinstance(files, str) else files
    shown = []
    for path, text in texts.items():
        title = f"`{path}`{'' if text.strip() else ', empty'}\n\n" if path else ""
        shown.append(f"{title}```{language(text)}\n{text.rstrip()}\n```" if text.strip() else title.rstrip())
    return "\n\n".join(shown)


def language(text: str) -> str:
    """Python, or only text where it does not parse on the oldest Python that there is."""
    try:
        ast.parse(text, feature_version=(3, 10))
    except SyntaxError:
        return "text"
    return "python"


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.exit(0)
