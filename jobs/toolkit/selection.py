"""What a user of an audit chooses, in the form or as an API client: variables, and what they mean for the checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nautobot.apps.jobs import (
    BooleanVar,
    ChoiceVar,
    FileVar,
    IntegerVar,
    JSONVar,
    MultiChoiceVar,
    MultiObjectVar,
    ObjectVar,
)
from nautobot.extras.models import JobResult, Status

from .access import RefusalError
from .checks import Check
from .exports import FORMATS
from .findings import Severity
from .helpers import MOST_HELPERS
from .scope import DeviceScopeMixin

NEVER = "never"
DEFAULT_FAIL_AT = Severity.HIGH.label
DEFAULT_LOG_LIMIT = 20
_TAG = "tag: "


class AuditMixin:
    """Variables that all audits have. They come after those of the scope: mix this in before the scope's mixin.

    Each audit adds `checks = checks_variable(CHECKS)`, and gives all its variables to `Audit.run`.
    """

    minimum_severity = ChoiceVar(
        label="Minimum severity",
        choices=[(severity.label, severity.label.title()) for severity in Severity],
        default=Severity.INFO.label,
        required=False,
        description="Leave out checks of a lower severity.",
    )
    parameters = JSONVar(
        required=False,
        description="Values for parameters of checks, by id of the check: "
        '{"IPAM-PREFIX-002": {"percent": 80}}. Their descriptions say which there are.',
    )
    waivers = FileVar(
        required=False,
        description="YAML file with findings that somebody answers for, in addition to those that config contexts and "
        "the Git repository have.",
    )
    compare_with = ObjectVar(
        label="Compare with",
        model=JobResult,
        required=False,
        description="The run of this Job to compare with. If none is selected: the last one with the same scope.",
    )
    formats = MultiChoiceVar(
        label="Further formats",
        choices=[(name, description) for name, (_, _, description) in FORMATS.items()],
        required=False,
        description="Files beside report.html, findings.csv and findings.json.",
    )
    record_compliance = BooleanVar(
        label="Record as data compliance",
        default=False,
        description="Let each object's own page show its findings, and remove those that are fixed (Nautobot 3.0 or "
        "newer; needs permissions on data compliance records).",
    )
    fail_at = ChoiceVar(
        label="Fail at",
        choices=[(NEVER, "Never")] + [(severity.label, severity.label.title()) for severity in reversed(Severity)],
        default=DEFAULT_FAIL_AT,
        required=False,
        description="The Job fails if there is a finding of this severity or above.",
    )
    log_limit = IntegerVar(
        label="Log lines",
        default=DEFAULT_LOG_LIMIT,
        required=False,
        description="At most so many findings, the most severe, are logged with a link to their object. The attached "
        "files have all of them.",
    )
    helpers = IntegerVar(
        default=0,
        required=False,
        max_value=MOST_HELPERS,
        description="So many further runs of this Job, in its queue, take over checks: for a large network and several "
        "workers. The result is the same.",
    )


class DeviceAuditMixin(AuditMixin, DeviceScopeMixin):
    """Variables of audits that look at devices and what is part of them."""

    statuses = MultiObjectVar(
        model=Status,
        required=False,
        query_params={"content_types": "dcim.device"},
        description="Devices with one of these statuses. If none is selected: Active.",
    )


def checks_variable(checks: Iterable[type[Check]]) -> MultiChoiceVar:
    """The variable by which a user chooses among the checks of an audit, by tag or one by one."""
    checks = list(checks)
    tags = sorted({tag for check in checks for tag in check.tags})
    return MultiChoiceVar(
        choices=[(f"{_TAG}{tag}", f"All with the tag {tag}") for tag in tags]
        + [(check.id, f"{check.id} {check.title}") for check in sorted(checks, key=lambda check: check.id)],
        required=False,
        description="The checks to run; what is selected adds up. If none is selected: all.",
    )


def selected(offered: Sequence[type[Check]], chosen: Any, minimum: str | None) -> list[type[Check]]:
    """The checks chosen by ids and tags, of at least the minimum severity.

    Raises:
        RefusalError: there is no such check or tag, or nothing is left.
    """
    wanted = [chosen] if isinstance(chosen, str) and chosen else list(chosen or ())
    known = {check.id for check in offered} | {f"{_TAG}{tag}" for check in offered for tag in check.tags}
    if unknown := sorted(set(wanted) - known):
        raise RefusalError(f"Checks: this audit has no {', '.join(unknown)}. Select among {', '.join(sorted(known))}.")
    least = Severity.from_label(minimum or Severity.INFO.label)
    selected = [
        check
        for check in offered
        if check.severity >= least
        and (not wanted or check.id in wanted or any(f"{_TAG}{tag}" in wanted for tag in check.tags))
    ]
    if not selected:
        raise RefusalError(f"Checks: none of those selected has at least the severity {least.label}.")
    return selected


def configured(checks: Sequence[type[Check]], offered: Sequence[type[Check]], parameters: Any) -> list[Check]:
    """The checks with the values given for their parameters.

    Raises:
        RefusalError: no such check, no such parameter, or a value of another kind than its default.
    """
    values = parameters or {}
    if not isinstance(values, dict) or not all(isinstance(value, dict) for value in values.values()):
        raise RefusalError('Parameters: write them by id of the check: {"IPAM-PREFIX-002": {"percent": 80}}.')
    by_id = {check.id: check for check in offered}
    for check_id, given in values.items():
        if check_id not in by_id:
            raise RefusalError(f"Parameters: this audit has no check {check_id}.")
        known = by_id[check_id].parameters
        for name, value in given.items():
            if name not in known:
                names = ", ".join(known) or "none"
                raise RefusalError(f"Parameters: {check_id} has no parameter {name}; it has: {names}.")
            # What None may become is told by the example of a policy.
            default = known[name].default
            sample = by_id[check_id].policy.get(name) if default is None else default
            _refuse_type(f"Parameters: {check_id}: {name}", value, sample)
    return [check(**values.get(check.id, {})) for check in checks]


def _refuse_type(where: str, value: Any, sample: Any) -> None:
    """A value has to be of the kind that the sample is of."""
    if sample is None or value is None:
        return
    kinds: dict[type, tuple[tuple[type, ...], str]] = {
        bool: ((bool,), "true or false"),
        int: ((int, float), "a number"),
        float: ((int, float), "a number"),
        str: ((str,), "a text"),
        tuple: ((list, tuple), "a list"),
        list: ((list, tuple), "a list"),
        dict: ((dict,), "an object"),
    }
    accepted, words = kinds[type(sample)]
    if not isinstance(value, accepted) or (isinstance(value, bool) and bool not in accepted):
        raise RefusalError(f"{where} has to be {words}, such as {sample!r}, not {value!r}.")
