"""Jobs that tests and scripts start with ``data=`` and ``commit=``: by Nautobot's test helpers, or by their run()."""

from __future__ import annotations

import libcst as cst

from ..transformation import LIKELY, Transformation
from ..tree import dotted, string_of, text_of
from ..understood import Understood

_HELPERS = {"run_job_for_testing", "create_job_result_and_run_job"}


class JobCalls(Transformation):
    """What was a mapping is one keyword argument for each variable, and `commit` is at most a dry run."""

    id = "job-calls"
    title = "run_job_for_testing(job, data=..., commit=...) and job.run(data=..., commit=...) pass the variables"
    since = "2.0"
    page = "development/jobs/migration/from-v1.html#run-method-signature"

    def concerns(self, text: str) -> bool:
        """Whether something is called so."""
        return "commit" in text and (".run(" in text or any(name in text for name in _HELPERS))

    def run(self, file: Understood) -> cst.Module:
        """Rewrite the calls."""
        for call in file.calls():
            name = text_of(call.func).rpartition(".")[2]
            if name in _HELPERS:
                self._rewrite(file, call, None, f"{name}() gets the Job's variables")
            elif name == "run" and isinstance(call.func, cst.Attribute) and (data := _data_of_run(call)):
                self._rewrite(file, call, data, "run() gets the Job's variables")
        return file.edited()

    def _rewrite(self, file: Understood, call: cst.Call, data: cst.Arg | None, message: str) -> None:
        """Replace the arguments; `data` is the one that is the mapping although it has no such keyword."""
        if not {"data", "commit", "request"} & {each.keyword.value for each in call.args if each.keyword}:
            return
        texts: list[str] = []
        for each in call.args:
            key = "data" if each is data else each.keyword.value if each.keyword else ""
            if key == "data":
                variables = _variables(each.value)
                if variables is None:
                    file.todo(call, "it takes one keyword argument for each variable, and these cannot be told here")
                    return
                texts += variables
            elif key == "commit":
                value = text_of(each.value)
                if value != "True":
                    texts.append("dryrun=True" if value == "False" else f"dryrun=not ({value})")
            elif key == "request":
                if text_of(each.value) != "None":
                    file.todo(call, "a Job knows no web request any more: this one was passed to it")
            else:
                texts.append(text_of(each.with_changes(comma=cst.MaybeSentinel.DEFAULT)).strip())
        new = cst.parse_expression(f"f({', '.join(texts)})")
        assert isinstance(new, cst.Call)
        file.edit(call, _with_arguments, new.args)
        file.changed(call, message, LIKELY)


def _data_of_run(call: cst.Call) -> cst.Arg | None:
    """The mapping that a call such as ``job.run(data, commit=True)`` passes; None if it is no such call."""
    commits = [each for each in call.args if each.keyword and each.keyword.value == "commit"]
    others = [each for each in call.args if each not in commits and not each.star]
    if len(call.args) != 2 or len(commits) != 1 or len(others) != 1:
        return None
    [other] = others
    if other.keyword:
        return other if other.keyword.value == "data" else None
    return other if isinstance(other.value, cst.Dict) or text_of(other.value) == "data" else None


def _with_arguments(call: cst.Call, arguments: tuple[cst.Arg, ...]) -> cst.Call:
    """The call with other arguments; if it had one a line, it has so again."""
    first = call.whitespace_before_args
    if isinstance(first, cst.ParenthesizedWhitespace) and arguments:
        inner = call.args[0].comma
        comma = inner if isinstance(inner, cst.Comma) and len(call.args) > 1 else cst.Comma(whitespace_after=first)
        last = call.args[-1]
        arguments = (
            *(each.with_changes(comma=comma) for each in arguments[:-1]),
            arguments[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg),
        )
    return call.with_changes(args=arguments, whitespace_before_args=first if arguments else cst.SimpleWhitespace(""))


def _variables(node: cst.BaseExpression) -> list[str] | None:
    """``a=1`` for each item of a literal mapping, or ``**data``; None for a mapping whose keys are no names."""
    if isinstance(node, cst.Call) and dotted(node.func) == "dict" and all(each.keyword for each in node.args):
        return [text_of(each.with_changes(comma=cst.MaybeSentinel.DEFAULT)).strip() for each in node.args]
    if text_of(node) == "None":
        return []
    if not isinstance(node, cst.Dict):
        return [f"**{text_of(node)}"] if isinstance(node, (cst.Name, cst.Attribute, cst.Call)) else None
    found = []
    for each in node.elements:
        if isinstance(each, cst.StarredDictElement):
            found.append(f"**{text_of(each.value)}")
        elif isinstance(each, cst.DictElement) and (key := string_of(each.key)) and key.isidentifier():
            found.append(f"{key}={text_of(each.value)}")
        else:
            return None
    return found
