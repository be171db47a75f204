"""Devices against what Nautobot has of them: serial number, model, version, name, interfaces."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nautobot.apps.jobs import Job, MultiChoiceVar
from nautobot.dcim.models import Device, Interface, SoftwareVersion

from ..toolkit.access import RefusalError, require, visible
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.device_runs import DeviceRun
from ..toolkit.findings import Finding
from ..toolkit.network_devices import NetworkMixin, limits
from ..toolkit.observed import ADDRESSES, INTERFACES, VERSION, Observed
from ..toolkit.observed_report import FAIL_AT, judge, report
from ..toolkit.observing import asking, observe
from ..toolkit.plan import Plan
from ..toolkit.queries import chunks
from ..toolkit.redaction import MARK
from ..toolkit.scope import DeviceScopeMixin
from .facts_rules import RULES, Fix, Recorded, compare

name = "Network"

_CORRECTIONS = {
    "serial": ("dcim.device", "Serial numbers"),
    "software_version": ("dcim.device", "Software versions"),
    "enabled": ("dcim.interface", "Interfaces: enabled"),
    "mtu": ("dcim.interface", "Interfaces: MTU"),
    "speed": ("dcim.interface", "Interfaces: speed"),
    "description": ("dcim.interface", "Interfaces: descriptions"),
    "mac_address": ("dcim.interface", "Interfaces: MAC addresses"),
}


class FactsDrift(ChangeMixin, NetworkMixin, DeviceScopeMixin, Job):
    """Asks devices over SSH what they are, and tells what Nautobot has otherwise.

    Compared are the serial number, model, software version and name, and of each interface whether it is there and enabled, its MTU,
    speed, description, MAC address and addresses, IPv4 and IPv6. Names of interfaces may be abbreviated. Cisco IOS and IOS-XE, Arista EOS and
    Juniper Junos are understood, by ntc-templates; what a platform does not tell is not compared. Addresses are read from the configuration, of
    which nothing else is looked at.

    Findings are compared with those of the last run of the same selection. What is known of a device that did not answer stays as it is.

    *Correct* sets Nautobot right where it is wrong, as a plan: a dry run shows it, and each run that applies can be undone. Devices are never
    changed.

    **Changes:** nothing unless something is selected in *Correct*; then these fields of devices and interfaces in Nautobot.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; with *Correct*, `plan.html`, `plan.csv`
    and `plan.json`, and `undo.json` when applied. The result counts `findings` by severity and check, `devices`, `answered`, `failed`,
    `not_asked`, `causes`; `changes` and `problems` of the plan. The Job fails if a device that can be asked does not answer, if something
    cannot be corrected, and as *Fail at* says.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_interface`, `ipam.view_ipaddress` and `extras.view_secretsgroup`; to correct, that of
    changing devices or interfaces; the Python packages netmiko, nornir and ntc-templates on the worker.
    """

    correct = MultiChoiceVar(
        choices=[(field, caption) for field, (_, caption) in _CORRECTIONS.items()],
        required=False,
        description="What is set right in Nautobot. If nothing is selected: nothing, and the report is all.",
    )
    fail_at = FAIL_AT

    class Meta:
        name = "Facts drift"
        description = "What devices say of themselves against what Nautobot has, and Nautobot set right if you like."
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
        correct=None,
        fail_at="",
        dryrun=True,
        only_if="",
        **selection,
    ):
        """Return counts; see the docstring of the class."""
        wanted = [field for field in _CORRECTIONS if field in (correct or ())]
        needs: dict[str, tuple[str, ...]] = {_CORRECTIONS[field][0]: ("view", "change") for field in wanted}
        try:
            require(self.user, Interface, "view")
            for label, actions in needs.items():
                require(self.user, {"dcim.device": Device, "dcim.interface": Interface}[label], *actions)
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
        task = asking(run, VERSION, INTERFACES, ADDRESSES)
        if run.leader:
            return run.help_with(task)
        observed = observe(run, task)
        found, fixes = self._compare(observed, set(wanted))
        with TemporaryDirectory() as directory:
            counts = report(self, run.scope, RULES, found, set(observed), Path(directory))
        planned: dict[str, Any] = {"changes": 0}
        if wanted:
            planned = Changes(self, needs=needs).run(
                lambda plan: self._plan(plan, fixes),
                request=f"{', '.join(wanted)}: {run.scope.describe()}",
                dryrun=dryrun,
                only_if=only_if,
            )
        run.judge()
        judge(self, counts, fail_at)
        return {**run.counts(), **counts, **planned}

    def _compare(self, observed: dict[str, Observed], wanted: set[str]) -> tuple[list[Finding], list[Fix]]:
        recorded = Recorded(self.user, list(observed))
        found, fixes = [], []
        for device in recorded.devices:
            for each, fix in compare(recorded, device, observed[str(device.pk)]):
                found.append(each)
                # A device may repeat what it was told.
                if fix is not None and fix.field in wanted and MARK not in str(fix.value):
                    fixes.append(fix)
        return found, fixes

    def _plan(self, plan: Plan, fixes: list[Fix]) -> None:
        """One update for each object, in the order of their keys."""
        values: dict[str, dict[Any, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
        for fix in fixes:
            values[fix.label][fix.pk][fix.field] = fix.value
        for model in (Device, Interface):
            of_model = values[model._meta.label_lower]
            for keys in chunks(sorted(of_model)):
                objects = visible(self.user, model, "change").filter(pk__in=keys).order_by("pk")
                related = ("platform", "software_version") if model is Device else ("device",)
                there = {obj.pk: obj for obj in objects.select_related(*related)}
                versions = self._versions(of_model[pk].get("software_version") for pk in keys)
                for pk in keys:
                    if pk not in there:
                        plan.problem(f"You may not change the {model._meta.verbose_name} {pk}.")
                        continue
                    self._update(plan, there[pk], dict(of_model[pk]), versions)

    def _versions(self, wanted: Any) -> dict[tuple[Any, str], SoftwareVersion]:
        names = {version for version in wanted if version}
        if not names:
            return {}
        rows = visible(self.user, SoftwareVersion).filter(version__in=names).order_by("pk")
        return {(row.platform_id, row.version): row for row in rows}

    def _update(self, plan: Plan, obj: Any, values: dict[str, Any], versions: dict[Any, SoftwareVersion]) -> None:
        with plan.row(str(obj) if isinstance(obj, Device) else f"{obj.device} {obj.name}"):
            if version := values.pop("software_version", None):
                if (obj.platform_id, version) in versions:
                    values["software_version"] = versions[obj.platform_id, version]
                else:
                    plan.remark(
                        f"Nautobot has no software version {version} of {obj.platform} that you may view. Add it."
                    )
            if values:
                plan.update(obj, reason="as the device says", **values)
