"""Names of Nautobot's own loggers."""

from __future__ import annotations

import libcst as cst

from ..tables import table
from ..transformation import Transformation
from ..tree import dotted, string_of, with_text
from ..understood import Understood


class LoggerNames(Transformation):
    """What two loggers became is left to a person."""

    id = "logger-names"
    title = "logging.getLogger() of Nautobot's own loggers uses their new names"
    since = "2.0"
    page = table("v2-logging-renamed-loggers").page

    def concerns(self, text: str) -> bool:
        """Whether it gets a logger of Nautobot by name."""
        return "getLogger" in text and "nautobot." in text

    def run(self, file: Understood) -> cst.Module:
        """Rename them."""
        names = dict(table("v2-logging-renamed-loggers").rows)
        for call in file.calls():
            if dotted(call.func).rpartition(".")[2] != "getLogger" or not call.args:
                continue
            node = call.args[0].value
            text = string_of(node)
            if text is None or not isinstance(node, cst.SimpleString):
                continue
            new = names.get(text) or _below(names, text)
            if ", " in new:
                file.todo(call, f"the logger {text} is two now: {new}")
            elif new:
                file.replace(node, with_text(node, new))
                file.changed(call, f"the logger {text} is {new} now")
        return file.edited()


def _below(names: dict[str, str], text: str) -> str:
    """The new name of a logger below one whose row says ``nautobot.jobs.*``."""
    for old, new in names.items():
        if old.endswith(".*") and text.startswith(old.removesuffix("*")):
            return new.removesuffix("*") + text.removeprefix(old.removesuffix("*"))
    return ""
