"""DCIM-LINK-008: description does not name the far end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Case, CharField, ExpressionWrapper, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Left, Lower, StrIndex

from ....toolkit.checks import Parameter
from ....toolkit.compat import device_value
from ....toolkit.findings import Severity
from ._links import EXEMPT, JUDGED_DIRECT, LinkCheck, direct


class LinkDescription(LinkCheck):
    """Interfaces whose description names another device than the one at the far end, or none."""

    id = "DCIM-LINK-008"
    title = "Description does not name the far end"
    severity = Severity.LOW
    description = (
        "The description of an interface does not contain the name of the device at the far end of its link, up to "
        "the first dot and in any case. Only where the policy says that it should. People who read it on the device "
        f"look for the wrong neighbour. Both ends of a link are judged. {JUDGED_DIRECT}"
    )
    remedy = "Correct the description, or the cable if that is wrong."
    tags = ("link", "description")
    since = "0.1.0"
    bad = 'ams01-acc-03 Gi1/1/1 has the description "to ams01-core-02", its far end is ams01-core-01 Ethernet4.'
    good = 'ams01-acc-03 Gi1/1/1 has the description "AMS01-CORE-01 Eth4", its far end is ams01-core-01 Ethernet4.'
    policy = {"policy": "given"}
    parameters = {
        **EXEMPT,
        "policy": Parameter(
            None, '"given" to judge descriptions that are not empty, "required" to judge empty ones too, None for none.'
        ),
    }
    shown = {"description": "description"}
    both_ends = True

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if self.values["policy"] else "No policy says that descriptions name the far end."

    def kinds(self) -> tuple[Callable[..., tuple[QuerySet, QuerySet]], ...]:
        """See `LinkCheck.kinds`: people describe the members."""
        return (direct,)

    def near(self) -> Q:
        """See `LinkCheck.near`."""
        return Q() if self.values["policy"] == "required" else ~Q(description="")

    def differs(self, far: QuerySet) -> QuerySet:
        """See `LinkCheck.differs`."""
        far = far.annotate(device_name=device_value("name")).exclude(device_name=None)
        dot = StrIndex("device_name", Value("."))
        short = Case(
            When(device_name__contains=".", then=Left("device_name", dot - 1)),
            default="device_name",
            output_field=CharField(),
        )
        near = ExpressionWrapper(OuterRef("description"), output_field=CharField())
        return far.annotate(named=StrIndex(Lower(near), Lower(short))).filter(named=0)

    def message(self, row: Mapping[str, Any], far: Mapping[str, Any]) -> str:
        """See `LinkCheck.message`."""
        return "The description does not contain the name of the device at the far end."
