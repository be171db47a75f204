"""What variables are given in vain."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...source.modules import JOBS
from ..context import Call, Context
from ..rule import WARNING, Found, Rule


class VariableOptionIgnored(Rule):
    """Some arguments are taken and passed over: a bound of zero, `required=True` of a checkbox, the `widget` of a `TextVar`.

    Nautobot tests `if min_value:`, so that `IntegerVar(min_value=0)` takes negative numbers; only `run()` can refuse them. A checkbox that has
    to be ticked is tested in `run()` too.
    """

    id = "JOB335"
    name = "variable-option-ignored"
    severity = WARNING
    title = "A variable is given an argument that has no effect"
    bad = '''"""Hello."""

from nautobot.apps.jobs import IntegerVar, Job


class Greeting(Job):
    """Says hello."""

    times = IntegerVar(description="How often.", min_value=0)

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self, *, times):
        """Say it."""
        self.logger.info("Hello, %s times", times)
'''
    good = bad.replace("min_value=0", "min_value=1")

    def check(self, context: Context) -> Iterator[Found]:
        """Find what nautobot.extras.jobs takes and does not heed."""
        for call in context.calls:
            home, _, kind = call.name.rpartition(".")
            if home == JOBS:
                for keyword in call.node.keywords:
                    if message := self._vain(call, kind, keyword):
                        yield context.found(call.module, keyword, message)

    def _vain(self, call: Call, kind: str, keyword: ast.keyword) -> str:
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if kind == "IntegerVar" and keyword.arg in ("min_value", "max_value") and value == 0 and value is not False:
            return f"Nautobot passes over a {keyword.arg} of 0: test it in run()."
        if kind in ("BooleanVar", "DryRunVar") and keyword.arg == "required" and value is True:
            return "A checkbox is never required: test it in run()."
        if kind == "TextVar" and keyword.arg == "widget":
            return "TextVar always has a text area: make it a StringVar with this widget."
        if (
            kind in ("ObjectVar", "MultiObjectVar")
            and keyword.arg == "queryset"
            and any(each.arg == "model" for each in call.node.keywords)
        ):
            return "With a model the queryset is passed over: narrow the choice with query_params."
        return ""
