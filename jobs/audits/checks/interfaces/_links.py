"""What the checks of links share: both ends of each link, and how to tell of it once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from nautobot.dcim.models import CablePath, Device, Interface
from nautobot.extras.models import Status

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import CABLE_PATH, TO_CABLE, device_value, no_breakout, on_devices
from ....toolkit.findings import Finding
from ....toolkit.queries import collect, over_circuit, truth

_WHICH = (
    "Only enabled interfaces are judged, and no lanes of breakout cables. Cables need not be in place: a planned link "
    "is judged as well, one that is about to go is not."
)
JUDGED = (
    "A link is what a cable path of Nautobot joins, over patch panels and circuits too; of aggregated links, the LAG "
    f"interfaces at their ends are compared. {_WHICH}"
)
JUDGED_DIRECT = f"A link is what a cable path of Nautobot joins, over patch panels too, but not over circuits. {_WHICH}"
_MOST_NAMED = 20
EXEMPT = {
    "exempt_statuses": Parameter(
        ("Decommissioning",), "Names of the statuses of devices, interfaces and cables whose links are left alone."
    )
}


class LinkCheck(Check):
    """Base of checks that compare the two ends of a link.

    Each link is reported once, at the interface whose primary key is lower; at the other one where that is not among
    the objects. The key of a finding is the primary key of the far end.
    """

    model = "dcim.interface"
    tags: ClassVar[tuple[str, ...]] = ("link",)
    parameters = EXEMPT
    # Columns of an interface that the finding names, at both ends: label to path.
    shown: Mapping[str, str] = {}

    def differs(self, far: QuerySet) -> QuerySet:
        """Of the far ends, those that do not fit. The near end is `OuterRef`."""
        raise NotImplementedError

    # Judge each end for itself.
    both_ends = False

    def compared(self) -> Mapping[str, Subquery]:
        """What else the finding tells where the far end may be viewed: label to a list, seen from the far end."""
        return {}

    def near(self) -> Q:
        """Condition for near ends that can be compared at all: it spares the rest the way to their far ends."""
        return Q()

    def kinds(self) -> tuple[Callable[..., tuple[QuerySet, QuerySet]], ...]:
        """Which links: functions that return near ends and the far ends of each."""
        return ports, aggregates

    def message(self, row: Mapping[str, Any], far: Mapping[str, Any]) -> str:
        """What is wrong with the link."""
        raise NotImplementedError

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Links whose ends do not fit."""
        # Asked once for cabled interfaces and once for LAGs: with OR over both the database cannot use its indexes.
        for kind in self.kinds():
            near, far = kind(objects.filter(self.near()), self.values["exempt_statuses"])
            far = self.differs(far if self.both_ends else far.filter(_once(objects)))
            seen = {
                "interface": Interface.objects.restrict(context.user, "view").filter(pk=OuterRef("pk")),
                "device": Device.objects.restrict(context.user, "view").filter(pk=OuterRef("far_device")),
            }
            far_ends = JSONObject(
                pk="pk",
                name="name",
                device=device_value("name"),
                seen=truth(Q(Exists(seen["interface"])) & (Q(far_device=None) | Q(Exists(seen["device"])))),
                **{f"shown_{index}": F(path) for index, path in enumerate(self.shown.values())},
                **{f"list_{index}": values for index, values in enumerate(self.compared().values())},
            )
            links = near.filter(Exists(far)).annotate(
                far_ends=collect(far.annotate(far_device=device_value("pk")), far_ends)
            )
            for row in self.rows(links, "far_ends", *self.shown.values()):
                for end in sorted(row["far_ends"], key=lambda end: end["pk"]):
                    yield self._finding(row, end, context)

    def _finding(self, row: dict[str, Any], end: dict[str, Any], context: Context) -> Finding:
        here = {label: _text(row[path]) for label, path in self.shown.items()}
        there = {}
        if end["seen"]:
            there = {f"far {label}": _text(end[f"shown_{index}"]) for index, label in enumerate(self.shown)}
            there["far end"] = far_name(end)
            for index, label in enumerate(self.compared()):
                there[label] = _enumeration(end[f"list_{index}"])
        return self.finding(row, context, self.message(row, end), key=str(UUID(end["pk"])), details={**here, **there})


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _enumeration(values: list[Any] | None) -> str:
    """The first of many: "101, 102, 103"."""
    names = [str(value) for value in sorted(set(values or ()))]
    if len(names) > _MOST_NAMED:
        names[_MOST_NAMED:] = [f"{len(names) - _MOST_NAMED} more"]
    return ", ".join(names)


def far_name(end: Mapping[str, Any]) -> str:
    """What a far end is called: "ams01-core-01 Ethernet1"."""
    return f"{end['device'] or ''} {end['name']}".strip()


def _interface_type() -> ContentType:
    return ContentType.objects.get_for_model(Interface)


def _of_interest(exempt: tuple[str, ...], outer: str = "") -> Q:
    """Condition: enabled, and neither the interface nor its cable or device has one of the statuses."""
    # By keys, and the cable's and device's in subqueries that the database asks once.
    statuses = Status.objects.filter(name__in=exempt).order_by().values("pk")
    going = Device.objects.filter(status__in=statuses).order_by().values("pk")
    return Q(**{f"{outer}enabled": True}) & ~(Q(**{f"{outer}status__in": statuses}) | on_devices(going, outer))


def _once(objects: QuerySet) -> Q:
    """Condition on the far end: the link is told of here."""
    return Q(pk__gt=OuterRef("pk")) | ~Exists(objects.filter(pk=OuterRef("pk")).order_by())


def ports(near: QuerySet, exempt: tuple[str, ...]) -> tuple[QuerySet, QuerySet]:
    """Cabled interfaces that are in no LAG, and at the far end of each the interface, if it is in none either."""
    near, far = cabled(near, exempt)
    return near.filter(lag__isnull=True), far.filter(lag__isnull=True)


def cabled(near: QuerySet, exempt: tuple[str, ...]) -> tuple[QuerySet, QuerySet]:
    """Cabled interfaces, those in LAGs included, and the interface at the far end of each."""
    near = (
        near.filter(
            _of_interest(exempt),
            **{f"{CABLE_PATH}__destination_type": _interface_type()},
            **no_breakout(f"{CABLE_PATH}__"),
        )
        .exclude(**{f"{TO_CABLE}__status__name__in": exempt})
        .annotate(far_id=F(f"{CABLE_PATH}__destination_id"))
    )
    return near, Interface.objects.filter(_of_interest(exempt), pk=OuterRef("far_id")).order_by()


def direct(near: QuerySet, exempt: tuple[str, ...]) -> tuple[QuerySet, QuerySet]:
    """Those of `cabled` without a circuit between."""
    near, far = cabled(near, exempt)
    return near.annotate(circuit=over_circuit(f"{CABLE_PATH}__")).filter(circuit=False), far


def aggregates(near: QuerySet, exempt: tuple[str, ...]) -> tuple[QuerySet, QuerySet]:
    """LAGs, and the LAGs that the far ends of their members are in."""
    near = near.filter(_of_interest(exempt), type="lag")
    # Out of this subquery, through those of the paths, of their destinations and of the far LAGs.
    lag = OuterRef(OuterRef(OuterRef(OuterRef("pk"))))
    members = Interface.objects.filter(lag=lag, enabled=True)
    paths = CablePath.objects.filter(
        origin_type=_interface_type(),
        destination_type=_interface_type(),
        origin_id__in=members.order_by().values("pk"),
        **no_breakout(),
    )
    far_members = Interface.objects.filter(pk__in=paths.order_by().values("destination_id"), enabled=True)
    far = Interface.objects.filter(_of_interest(exempt), pk__in=far_members.order_by().values("lag")).order_by()
    return near, far
