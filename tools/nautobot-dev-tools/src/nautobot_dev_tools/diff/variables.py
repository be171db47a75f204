"""What has become of the variables of a Job.

What counts is what happens in Nautobot. Its REST API refuses names that it does not know, and validates values as the form does, but does
not fill in defaults. A schedule hands the values that it was made with to `run()`: it does not validate them, and leaves out those of
variables that are gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..source.contracts import JOB, Job, Variable
from ..source.effects import Place
from ..source.modules import Repository
from .change import BENIGN, BREAKING, RISKY, Change, code, listed
from .choices import choices_of, source_of
from .renames import likeness_of_options, matched

_POSITIONS = {
    "StringVar": ("min_length", "max_length", "regex"),
    "IntegerVar": ("min_value", "max_value"),
    "ChoiceVar": ("choices",),
    "MultiChoiceVar": ("choices",),
    "ObjectVar": ("model", "queryset", "display_field", "query_params", "null_option"),
    "MultiObjectVar": ("model", "queryset", "display_field", "query_params", "null_option"),
    "IPNetworkVar": ("min_prefix_length", "max_prefix_length"),
}
_COMMON = ("label", "description", "default", "required", "widget")
# What takes each value that the other takes, and hands the same to run().
_WIDER = {("StringVar", "TextVar"), ("ChoiceVar", "StringVar"), ("ChoiceVar", "TextVar")}
_LEAST = ("min_length", "min_value", "min_prefix_length")
_MOST = ("max_length", "max_value", "max_prefix_length")
_LOOKS = ("label", "description", "display_field", "null_option", "widget", "query_params")
_DRY_RUNS = ("dryrun", "dry_run")
_GONE = "Callers of the REST API that pass it are refused; schedules with a value for it run on without it, and nobody is told."
_REFUSED = "The REST API refuses values that it took before; schedules hand them to `run()` without asking."


class Variables:
    """The variables of one Job, before and after; the Jobs' repositories tell what names in them stand for."""

    def __init__(self, old: Job, new: Job, before: Repository, after: Repository) -> None:
        self.old, self.new = old, new
        self.before, self.after = before, after

    def compare(self) -> Iterator[Change]:
        """All changes."""
        old, new = self.old.variables, self.new.variables
        removed = [name for name in old if name not in new]
        added = [name for name in new if name not in old]

        def likeness(one: str, x: Variable, other: str, y: Variable) -> float:
            return likeness_of_options(one, options(x), other, options(y)) if kind_of(x) == kind_of(y) else 0

        pairs = matched(((name, old[name]) for name in removed), ((name, new[name]) for name in added), likeness)
        for one, other, _ in pairs:
            removed.remove(one)
            added.remove(other)
            advice = "Keep the old name, and give it a new `label`; or make the schedules anew."
            what = f"variable {code(one)} is called {code(other)} now"
            yield self._change(
                BREAKING, "variable-renamed", one, what, f"{_GONE} {self._missing(other)}{advice}", other
            )
            yield from self._compare(one, other)
        for name in removed:
            advice = "Keep it for a while, without effect, and say so in its description; or make the schedules anew."
            yield self._change(
                BREAKING, "variable-removed", name, f"variable {code(name)} is gone", f"{_GONE} {advice}"
            )
        for name in added:
            yield self._added(name)
        kept = [name for name in old if name in new]
        for name in kept:
            yield from self._compare(name, name)
        if kept != [name for name in new if name in old]:
            yield Change(BENIGN, "form-order", self.new.path, "the variables are in another order", job=self.old.path)

    def _change(
        self,
        severity: str,
        kind: str,
        name: str,
        what: str,
        then: str = "",
        now: str = "",
        values: tuple[Any, ...] | None = None,
    ) -> Change:
        """A change of the variable `name`, which is called `now` now."""
        variable = self.new.variables.get(now or name) or self.old.variables[name]
        place = Place(variable.module.file.path, variable.node.lineno)
        return Change(severity, kind, f"{self.new.path}.{name}", what, then, self.old.path, name, values, place)

    def _added(self, name: str) -> Change:
        new = self.new.variables[name]
        if self.new.kind == JOB and new.option("required") is not False:
            then = (
                f"Callers of the REST API that do not pass it are refused, whatever its default. {self._missing(name)}"
            )
            then += "Make it optional: `required=False`, and a default in the signature of `run()`."
            return self._change(BREAKING, "variable-required", name, f"new variable {code(name)} is required", then)
        if not has_default(self.new, name):
            what = f"new variable {code(name)} has no default in the signature of `run()`"
            return self._change(BREAKING, "argument-required", name, what, f"{self._missing(name)}Give it one.")
        return self._change(BENIGN, "variable-added", name, f"new optional variable {code(name)}")

    def _missing(self, name: str) -> str:
        known = has_default(self.new, name)
        return "" if known else "Schedules made before end in a TypeError, since `run()` has no default for it. "

    def _compare(self, one: str, other: str) -> Iterator[Change]:
        old, new = self.old.variables[one], self.new.variables[other]
        was, now = options(old), options(new)
        kinds = kind_of(old), kind_of(new)

        def change(severity: str, kind: str, what: str, then: str = "", values: tuple | None = None) -> Change:
            return self._change(severity, kind, one, f"variable {code(other)}: {what}", then, other, values)

        if kinds[0] != kinds[1]:
            yield change(*_of_kinds(*kinds))
        if old.option("required") != new.option("required"):
            if new.option("required") is False:
                yield change(BENIGN, "variable-optional", "it is no longer required")
            else:
                then = (
                    "Callers of the REST API that do not pass it are refused, and schedules in which it is empty fail."
                )
                yield change(BREAKING, "variable-required", "it is required now", then, (None, ""))
        if was.get("default") != now.get("default"):
            what = f"default {code(was.get('default'))} → {code(now.get('default'))}"
            if other in _DRY_RUNS:
                yield change(RISKY, "dryrun-default", what, "Whoever presses Run without looking gets the other.")
            else:
                yield change(BENIGN, "default-changed", what)
        for name in (*_LEAST, *_MOST):
            if was.get(name) != now.get(name):
                yield change(*_of_limits(name, was.get(name), now.get(name)))
        if (pattern := now.get("regex")) != was.get("regex"):
            what = f"regex {code(was.get('regex'))} → {code(pattern)}"
            narrowed = (BREAKING, "variable-narrowed", what, _REFUSED)
            yield change(*(narrowed if pattern else (BENIGN, "variable-widened", what)))
        for name in ("model", "queryset"):
            if was.get(name) != now.get(name) and kinds[0] == kinds[1]:
                what = f"{name} {code(was.get(name))} → {code(now.get(name))}"
                then = "Schedules and callers of the REST API pass primary keys of the old ones."
                yield change(BREAKING, "variable-type", what, then)
        if "choices" in was and "choices" in now:
            for found in self._choices(old, new, now["choices"]):
                yield change(*found)
        if looks := [name for name in _LOOKS if was.get(name) != now.get(name)]:
            yield change(BENIGN, "form-text", f"other {', '.join(looks)}")
        if any(was.get(unread) != now.get(unread) for unread in ("*", "**")):
            yield change(RISKY, "not-readable", "it has options that cannot be read, and they changed")

    def _choices(self, old: Variable, new: Variable, source: Any) -> Iterator[tuple]:
        before, after = choices_of(self.before, old), choices_of(self.after, new)
        if before is None or after is None:
            if options(old)["choices"] != source or source_of(self.before, old) != source_of(self.after, new):
                yield RISKY, "not-readable", f"its choices, computed from {code(source)}, may be others"
            return
        gone = [value for value in dict(before) if value not in dict(after)]
        more = [value for value in dict(after) if value not in dict(before)]
        if gone:
            yield BREAKING, "choices-narrowed", f"choices removed: {listed(map(_word, gone))}", _REFUSED, tuple(gone)
        if more:
            yield BENIGN, "choices-added", f"choices added: {listed(map(_word, more))}"
        if not gone and not more and before != after:
            yield BENIGN, "form-text", "other labels or another order of choices"


def options(variable: Variable) -> dict[str, Any]:
    """The options of a variable by name, those given by position too."""
    found = dict(variable.options)
    if "*" in found and variable.kind == kind_of(variable):
        names = (*_POSITIONS.get(variable.kind, ()), *_COMMON)
        found = {**dict(zip(names, found.pop("*"), strict=False)), **found}
    # Nautobot passes over a 0 here; a prefix length of 0 counts.
    return {name: value for name, value in found.items() if not (value == 0 and name in (*_LEAST[:2], *_MOST[:2]))}


def kind_of(variable: Variable) -> str:
    """The name of a variable's class; one of the repository's own may have moved."""
    return variable.kind.rpartition(".")[2]


def has_default(job: Job, name: str) -> bool:
    """Whether run() can be called without a variable."""
    if job.kind != JOB or "run" not in job.methods:
        return True
    arguments = job.methods["run"][1].args
    plain = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    if name in plain:
        return len(plain) - plain.index(name) <= len(arguments.defaults)
    keywords = {each.arg: value for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)}
    return keywords[name] is not None if name in keywords else arguments.kwarg is not None


def _of_kinds(one: str, other: str) -> tuple[str, str, str, str]:
    what = f"{code(one)} → {code(other)}"
    if (one, other) == ("DryRunVar", "BooleanVar"):
        then = "Nautobot no longer knows it as the dry run: dry runs wait for an approval as well."
        return RISKY, "variable-type", what, then
    if (one, other) in _WIDER or (one, other) == ("BooleanVar", "DryRunVar"):
        return BENIGN, "variable-type", what, ""
    then = (
        "Schedules hand the old sort of value to `run()`, and callers of the REST API are refused or misunderstood. "
        "A new optional variable beside the old one breaks nobody."
    )
    return BREAKING, "variable-type", what, then


def _of_limits(name: str, was: Any, now: Any) -> tuple[str, str, str, str]:
    what = f"{name} {code(was)} → {code(now)}"
    if any(each is not None and not isinstance(each, (int, float)) for each in (was, now)):
        return RISKY, "not-readable", what, _REFUSED
    if now is None or (was is not None and (now < was if name in _LEAST else now > was)):
        return BENIGN, "variable-widened", what, ""
    return BREAKING, "variable-narrowed", what, _REFUSED


def _word(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)
