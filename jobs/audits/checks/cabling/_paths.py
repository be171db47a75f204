"""What the checks of cable paths share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from nautobot.dcim.models import Device, Interface

from ....toolkit.compat import CABLE_PATH, device_value, no_breakout


def joined(objects: QuerySet, **conditions: Any) -> QuerySet:
    """Interfaces with a cable path to another one, no breakout, that meets the conditions: with `far_id`."""
    kind = ContentType.objects.get_for_model(Interface)
    of_path = {f"{CABLE_PATH}__{name}": value for name, value in {"destination_type": kind, **conditions}.items()}
    paths = objects.filter(**of_path, **no_breakout(f"{CABLE_PATH}__"))
    return paths.annotate(far_id=F(f"{CABLE_PATH}__destination_id"))


def far_end() -> QuerySet:
    """Subquery: the interface at the far end of one of `joined`."""
    return Interface.objects.filter(pk=OuterRef("far_id")).order_by()


def once(objects: QuerySet) -> Q:
    """Condition on `far_end`: a link between two of the objects is told of at the lower primary key."""
    return Q(pk__gt=OuterRef("pk")) | ~Exists(objects.filter(pk=OuterRef("pk")).order_by())


def described(user: Any, **values: Any) -> Subquery:
    """What `far_name` needs, and more values of the far end: None if the user may not view it."""
    seen = Interface.objects.restrict(user, "view").filter(pk=OuterRef("pk")).order_by()
    device = Device.objects.restrict(user, "view").filter(pk=OuterRef("its_device")).order_by()
    ends = far_end().annotate(its_device=device_value("pk"), its_device_name=device_value("name"))
    ends = ends.filter(Exists(seen), Q(its_device=None) | Q(Exists(device)))
    return Subquery(
        ends.annotate(described=JSONObject(name="name", device="its_device_name", **values)).values("described")[:1]
    )


def far_name(far: Mapping[str, Any] | None) -> str:
    """What a far end is called: "ams01-core-01 Ethernet1"; "" if the user may not view it."""
    return f"{far['device'] or ''} {far['name']}".strip() if far else ""
