"""run() takes the Job's variables."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...source.contracts import JOB, Job
from ...source.modules import Module
from ..context import Context
from ..rule import ERROR, Found, Rule


class RunMismatch(Rule):
    """Nautobot calls `run()` with a keyword argument for each variable of the form, and with nothing else.

    A variable that `run()` does not take ends every run with a `TypeError`, and so does a parameter without default that is no
    variable. One with a default keeps it forever, which is seldom what is meant.
    """

    id = "JOB303"
    name = "run-mismatch"
    severity = ERROR
    title = "The parameters of `run()` are not the variables of the Job"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job, StringVar


class Greeting(Job):
    """Says hello."""

    who = StringVar(description="Whom to greet.")
    language = StringVar(description="In which language.", default="en")

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self, *, who):
        """Say it."""
        self.logger.info("Hello, %s", who)
'''
    good = bad.replace("*, who):", "*, who, language):").replace('"Hello, %s", who', '"Hello, %s (%s)", who, language')

    def check(self, context: Context) -> Iterator[Found]:
        """Compare each registered Job's run() with its variables."""
        for job in context.jobs:
            known = job.methods.get("run")
            if job.kind == JOB and known and not context.is_base(job) and not is_v1(known[1], job):
                yield from self._compare(context, job, *known)

    def _compare(self, context: Context, job: Job, module: Module, run: ast.FunctionDef) -> Iterator[Found]:
        if any(
            context.repository.qualified(module, each) not in _TRANSPARENT for each in map(_called, run.decorator_list)
        ):
            return
        arguments = run.args
        named = [each.arg for each in (*arguments.args[1:], *arguments.kwonlyargs)]
        optional = (
            set(named[len(arguments.args) - 1 - len(arguments.defaults) : len(arguments.args) - 1])
            if arguments.defaults
            else set()
        )
        optional |= {
            each.arg
            for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if default is not None
        }
        of = "" if module is job.module else f" of {job.name}"
        if arguments.posonlyargs[1:]:
            yield context.found(
                module,
                run,
                f"run() is called with keyword arguments: {arguments.posonlyargs[1].arg} cannot be one, before the slash.",
            )
        if arguments.kwarg is None:
            for name in job.variables:
                if name not in named:
                    yield context.found(
                        module,
                        run,
                        f"run() does not take the variable {name}{of}, so every run fails: add a parameter.",
                    )
        if job.outside:
            return  # a base that is not in the repository may have more variables
        for name in named:
            if name not in job.variables and not context.may_have(job, name) and not name.startswith("_"):
                end = "it keeps its default forever" if name in optional else "every run fails"
                yield context.found(
                    module, run, f"run() has the parameter {name}, but the Job{of} no such variable: {end}."
                )


# Decorators that leave the signature as it is.
_TRANSPARENT = {"django.db.transaction.atomic", "transaction.atomic", "typing.override", "typing_extensions.override"}


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def is_v1(run: ast.FunctionDef, job: Job) -> bool:
    """Whether this is run(self, data, commit) of Nautobot 1, which is another rule's business."""
    names = [each.arg for each in run.args.args[1:]]
    return names in (["data", "commit"], ["data"], ["data", "commit_changes"]) and "data" not in job.variables
