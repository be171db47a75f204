"""What several rules ask of methods that Nautobot calls."""

from __future__ import annotations

from collections.abc import Iterator

from ..source.contracts import Job
from .context import Context
from .rule import Found


def keyword_problem(context: Context, job: Job, method: str, wanted: tuple[str, ...]) -> Iterator[Found]:
    """Yield a finding where a method, which Nautobot calls with these keyword arguments, is missing or does not take them."""
    call = f"{method}({', '.join(f'{name}=…' for name in wanted)})"
    if method not in job.methods:
        known = context.may_have(job, method) or job.outside or "run" in job.methods
        if not known and job.registered:
            yield context.found(job.module, job.node, f"{job.name} has no {method}(); Nautobot calls {call}.")
        return
    module, node = job.methods[method]
    arguments = node.args
    named = [each.arg for each in (*arguments.args[1:], *arguments.kwonlyargs)]
    without_default = named[: len(arguments.args) - 1 - len(arguments.defaults)]
    without_default += [
        each.arg for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default is None
    ]
    takes = arguments.kwarg is not None or set(wanted) <= set(named)
    if node.decorator_list or (takes and set(without_default) <= set(wanted) and not arguments.posonlyargs[1:]):
        return
    yield context.found(module, node, f"Nautobot calls {call}: take these parameters, by these names.")
