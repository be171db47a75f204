"""What variables can be given."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.modules import JOBS
from ..context import Call, Context
from ..rule import ERROR, Found, Rule

_ALL = frozenset(["label", "description", "default", "required", "widget"])
_OBJECT = _ALL | {"model", "queryset", "display_field", "query_params", "null_option"}
# The constructors of nautobot.extras.jobs; tests/check/test_facts.py compares.
OPTIONS = {
    "BooleanVar": _ALL,
    "ChoiceVar": _ALL | {"choices"},
    "DryRunVar": _ALL,
    "FileVar": _ALL,
    "IPAddressVar": _ALL,
    "IPAddressWithMaskVar": _ALL,
    "IPNetworkVar": _ALL | {"min_prefix_length", "max_prefix_length"},
    "IntegerVar": _ALL | {"min_value", "max_value"},
    "JSONVar": _ALL,
    "MultiChoiceVar": _ALL | {"choices"},
    "MultiObjectVar": _OBJECT,
    "ObjectVar": _OBJECT,
    "StringVar": _ALL | {"min_length", "max_length", "regex"},
    "TextVar": _ALL,
}


class VariableOption(Rule):
    """A variable is made when the module is imported: an argument that it does not take, or one that it lacks, ends the sync of the whole repository.

    `help_text`, `initial` and `choices` of a `StringVar` come from Django's forms, `min_value` of a `StringVar` from hope.
    """

    id = "JOB334"
    name = "variable-option"
    severity = ERROR
    title = "A variable is given an argument that it does not take, or lacks the one that it needs"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job, StringVar


class Greeting(Job):
    """Says hello."""

    who = StringVar(description="Whom to greet.", help_text="A name.")

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self, *, who):
        """Say it."""
        self.logger.info("Hello, %s", who)
'''
    good = bad.replace(', help_text="A name."', "")

    def check(self, context: Context) -> Iterator[Found]:
        """Look at each call of a variable's class of Nautobot's own."""
        for call in context.calls:
            home, _, kind = call.name.rpartition(".")
            if home == JOBS and kind in OPTIONS:
                given = {keyword.arg: keyword for keyword in call.node.keywords}
                for name, keyword in given.items():
                    if name is not None and name not in OPTIONS[kind]:
                        yield context.found(
                            call.module,
                            keyword,
                            f"{kind} takes no {name}; it takes {', '.join(sorted(OPTIONS[kind]))}.",
                        )
                if not call.node.args and None not in given:
                    yield from self._lacking(context, call, kind, set(given))

    def _lacking(self, context: Context, call: Call, kind: str, given: set[str | None]) -> Iterator[Found]:
        if kind in ("ObjectVar", "MultiObjectVar") and not given & {"model", "queryset"}:
            yield context.found(call.module, call.node, f"{kind} needs a model.")
        if kind in ("ChoiceVar", "MultiChoiceVar") and "choices" not in given:
            yield context.found(call.module, call.node, f"{kind} needs choices.")
