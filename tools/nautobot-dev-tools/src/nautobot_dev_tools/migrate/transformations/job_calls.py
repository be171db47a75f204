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
            name = dotted(call.func).rpartition(".")[2] or (
                call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
            )
            keywords = {each.keyword.value: each for each in call.args if each.keyword is not None}
            if name in _HELPERS:
                self._rewrite(file, call, keywords, f"{name}() gets the Job's variables")
            elif name == "run" and {"data", "commit"} == set(keywords) and len(call.args) == 2:
                self._rewrite(file, call, keywords, "run() gets the Job's variables")
        return file.edited()

    def _rewrite(self, file: Understood, call: cst.Call, keywords: dict[str, cst.Arg], message: str) -> None:
        if not {"data", "commit", "request"} & set(keywords):
            return
        texts: list[str] = []
        for each in call.args:
            key = each.keyword.value if each.keyword else ""
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
