"""What devices hear from their neighbours, against the cables in Nautobot."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nautobot.apps.jobs import BooleanVar, Job, ObjectVar
from nautobot.dcim.models import Cable, Interface
from nautobot.extras.models import Status

from ..toolkit.access import RefusalError, require, visible
from ..toolkit.cables import cables_at, connect
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.compat import CONNECTED
from ..toolkit.defaults import default_status
from ..toolkit.device_runs import DeviceRun
from ..toolkit.network_devices import NetworkMixin, limits
from ..toolkit.observed import NEIGHBOURS
from ..toolkit.observed_report import FAIL_AT, judge, report
from ..toolkit.observing import asking, observe
from ..toolkit.plan import Plan
from ..toolkit.scope import DeviceScopeMixin
from .neighbour_rules import RULES, Cabling, compare

name = "Network"

_NEEDS = {"dcim.interface": ("view",), "dcim.cable": ("add",)}


class NeighboursAgainstCabling(ChangeMixin, NetworkMixin, DeviceScopeMixin, Job):
    """Asks devices over SSH which neighbours they hear by LLDP and CDP, and compares that with the cables in Nautobot.

    Told are cables that are missing, that lead elsewhere, and connections of two devices that have been asked of which neither hears the other; and
    neighbours and interfaces that Nautobot does not have. Names of devices are compared without their domain, those of interfaces in
    full; members of a stack answer for each other. Patch panels in between are seen through. Cisco IOS and IOS-XE, Arista EOS and Juniper
    Junos are understood, by ntc-templates. Findings are compared with those of the last run of the same selection.

    *Create missing cables* adds those of which neither end has a cable, as a plan: a dry run shows it, and each run that applies can be undone.

    **Changes:** nothing unless *Create missing cables* is ticked; then cables in Nautobot.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; with *Create missing cables*,
    `plan.html`, `plan.csv` and `plan.json`, and `undo.json` when applied. The result counts `findings` by severity and check, `devices`, `answered`,
    `failed`, `not_asked`, `causes`; `changes` and `problems` of the plan. The Job fails if a device that can be asked does not answer, if a
    cable cannot be added, and as *Fail at* says.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_interface`, `ipam.view_ipaddress` and `extras.view_secretsgroup`; to create cables,
    that of adding them; the Python packages netmiko, nornir and ntc-templates on the worker.
    """

    create = BooleanVar(
        label="Create missing cables",
        default=False,
        description="Add cables between interfaces that hear each other and have no cable.",
    )
    cable_status = ObjectVar(
        label="Status of cables",
        model=Status,
        required=False,
        query_params={"content_types": "dcim.cable"},
        description=f"Of cables that are created. If none is selected: {CONNECTED}.",
    )
    fail_at = FAIL_AT

    class Meta:
        name = "Neighbours against cabling"
        description = "What devices hear by LLDP and CDP against cables, and missing cables created if you like."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2400

    def run(
        self,
        *,
        secrets_group=None,
        prefer="4",
        port=None,
        host_keys="",
        at_once=None,
        device_seconds=None,
        run_minutes=None,
        helpers=None,
        create=False,
        cable_status=None,
        fail_at="",
        dryrun=True,
        only_if="",
        **selection,
    ):
        """Return counts; see the docstring of the class."""
        try:
            require(self.user, Interface, "view")
            if create:
                require(self.user, Cable, "add")
            run = DeviceRun(
                self,
                limits(at_once, device_seconds, run_minutes),
                selection,
                secrets_group=secrets_group,
                prefer=prefer,
                port=port,
                host_keys=host_keys,
                helpers=helpers,
            )
        except RefusalError as refusal:
            self.fail("%s", refusal, extra={"grouping": "scope"})
            return {"findings": 0, "refused": str(refusal)}
        task = asking(run, NEIGHBOURS)
        if run.leader:
            return run.help_with(task)
        observed = observe(run, task)
        differences = list(compare(Cabling(self.user, observed), observed))
        with TemporaryDirectory() as directory:
            findings = [each for each, _ in differences]
            counts = report(self, run.scope, RULES, findings, set(observed), Path(directory))
        planned: dict[str, Any] = {"changes": 0}
        if create:
            pairs = [pair for _, pair in differences if pair]
            planned = Changes(self, needs=_NEEDS).run(
                lambda plan: self._plan(plan, pairs, cable_status),
                request=run.scope.describe(),
                dryrun=dryrun,
                only_if=only_if,
            )
        run.judge()
        judge(self, counts, fail_at)
        return {**run.counts(), **counts, **planned}

    def _plan(self, plan: Plan, pairs: list[tuple[Any, Any]], status: Status | None) -> None:
        status = status or default_status(Cable, CONNECTED, "Status of cables")
        keys = {pk for pair in pairs for pk in pair}
        ports = {port.pk: port for port in visible(self.user, Interface).filter(pk__in=keys).select_related("device")}
        taken = cables_at(ports.values())
        for pair in sorted(pairs, key=lambda each: tuple(map(str, each))):
            near, far = (ports.get(pk) for pk in pair)
            if near is None or far is None:
                continue  # it has gone meanwhile
            with plan.row(f"{near.parent} {near.name}"):
                if any((port._meta.label_lower, port.pk) in taken for port in (near, far)):
                    plan.problem("One of the two interfaces has got a cable meanwhile.")
                    continue
                connect(plan, near, far, status=status, reason="they hear each other")
