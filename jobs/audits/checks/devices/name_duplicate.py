"""DCIM-DEVICE-002: name twice."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce
from nautobot.dcim.models import Device
from nautobot.virtualization.models import VirtualMachine

from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect, several_times
from ._duplicates import NAMES, folded, others

_NOBODY = UUID(int=0)


def _visible(model: type[Model], context: Context) -> QuerySet:
    return model._default_manager.restrict(context.user, "view").order_by().values("pk")


class NameDuplicate(DeviceCheck):
    """Devices that are called like another device or virtual machine."""

    id = "DCIM-DEVICE-002"
    title = "Name twice"
    severity = Severity.MEDIUM
    description = (
        "The name of the device, case and outer blanks aside, is also that of another device with the same location "
        "and tenant, or of a virtual machine with the same tenant whose cluster has the same location or none. The "
        "same name in several locations is allowed by Nautobot, and common where names do not contain the location; "
        "a parameter forbids it. Names end up in DNS, monitoring and inventories, which do not tell case apart."
    )
    remedy = "Rename one of the two; delete the record that is a duplicate."
    tags = ("naming",)
    parameters = {
        "everywhere": Parameter(False, "Whether a name is to be unique among all locations and tenants."),
    }
    since = "0.1.0"
    bad = 'AMS01 has the devices "ams01-srv-01" and "AMS01-SRV-01".'
    good = 'AMS01 and LON01 each have a device called "sw1".'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        message = "Another device or virtual machine has the same name, case and outer blanks aside."
        if self.values["everywhere"]:
            also = others(Device, "name", NAMES, context.user, ignored=())
            for row in self.rows(objects.filter(pk__in=list(also))):
                yield self.finding(row, context, message, details={"also": also[row["pk"]]})
            return
        for row in self.rows(_alike_here(objects, context), "devices", "machines"):
            yield self.finding(
                row,
                context,
                message,
                details={
                    "devices": ", ".join(sorted(row["devices"] or ())),
                    "virtual machines": ", ".join(sorted(row["machines"] or ())),
                },
            )


def _alike_here(objects: QuerySet, context: Context) -> QuerySet:
    """Devices with the name of another device or virtual machine of the same location and tenant."""
    # NULL is equal to nothing in SQL, but no tenant and no tenant are the same here.
    tenant = Coalesce("tenant", Value(_NOBODY, output_field=UUIDField()))
    known = Device.objects.annotate(folded=folded("name"), owner=tenant).order_by()
    machines = VirtualMachine.objects.annotate(folded=folded("name"), owner=tenant).order_by()
    twice = several_times(known.exclude(name=None), "folded")
    alike = known.filter(folded=OuterRef("folded"), owner=OuterRef("owner"), location=OuterRef("location")).exclude(
        pk=OuterRef("pk")
    )
    here = Q(cluster__location=OuterRef("location")) | Q(cluster__location=None)
    machines_alike = machines.filter(here, folded=OuterRef("folded"), owner=OuterRef("owner"))
    # The first half of each, which the database answers once for all, leaves few devices for the second.
    return (
        objects.annotate(folded=folded("name"), owner=tenant)
        .exclude(folded="")
        .filter(
            (Q(folded__in=twice) & Q(Exists(alike)))
            | (Q(folded__in=machines.values("folded")) & Q(Exists(machines_alike)))
        )
        .annotate(
            devices=collect(alike.filter(pk__in=_visible(Device, context)), "name"),
            machines=collect(machines_alike.filter(pk__in=_visible(VirtualMachine, context)), "name"),
        )
    )
