"""Building blocks of queries, against the database."""

from datetime import datetime, timezone

import pytest
from django.db import connection
from django.db.models import DateTimeField, F, OuterRef, Value
from nautobot.dcim.models import Device, Interface
from nautobot.ipam.models import IPAddress

from jobs.toolkit.queries import Hex, Seconds, collect, count, stands_for_itself


@pytest.fixture
def devices(lab):
    """Devices with three and with no interfaces."""
    lab.device("three", lab.device_type("Three", interfaces=3))
    lab.device("none", lab.device_type("None"))
    return Device.objects.order_by("name")


INTERFACES = Interface.objects.filter(device=OuterRef("pk"))


def test_count(devices):
    counted = devices.annotate(number=count(INTERFACES)).values_list("name", "number")
    assert list(counted) == [("none", 0), ("three", 3)]
    assert list(devices.annotate(number=count(INTERFACES)).filter(number__gte=3).values_list("name")) == [("three",)]


def test_count_of_a_field_is_of_its_values(devices):
    Interface.objects.filter(name="eth 1").update(mtu=1500)
    Interface.objects.filter(name="eth 2").update(mtu=1500)
    counted = devices.annotate(
        values=count(INTERFACES, "mtu"), different=count(INTERFACES, "mtu", distinct=True)
    ).values_list("values", "different")
    assert list(counted) == [(0, 0), (2, 1)]


def test_collect(devices):
    collected = dict(devices.annotate(names=collect(INTERFACES, "name")).values_list("name", "names"))
    assert collected["none"] is None
    assert sorted(collected["three"]) == ["eth 1", "eth 2", "eth 3"]


def test_hex(lab):
    lab.address("192.0.2.1/24")
    lab.address("2001:db8::1/64")
    digits = IPAddress.objects.order_by("ip_version").annotate(digits=Hex(F("host"))).values_list("digits", flat=True)
    assert list(digits) == ["c0000201", "20010db8000000000000000000000001"]


def test_a_device_stands_for_itself_unless_its_stack_has_another_master(lab):
    kind = lab.device_type("Stackable")
    names = ("alone", "master", "member", "first", "second")
    _, master, member, first, second = (lab.device(name, kind) for name in names)
    lab.stack(master, member)
    headless = lab.stack(first, second)
    headless.master = None
    headless.validated_save()

    found = Device.objects.filter(stands_for_itself())

    assert set(found.values_list("name", flat=True)) == {"alone", "master", "first", "second"}
    assert "JOIN" not in str(found.query)


def test_seconds(devices):
    moments = [
        Value(datetime(2026, 1, 1, hour, 0, second, 500_000, tzinfo=timezone.utc), DateTimeField())
        for hour, second in ((1, 0), (2, 30))
    ]
    assert devices.annotate(took=Seconds(*moments)).values_list("took", flat=True)[0] == 3630.0
    compiler = devices.query.get_compiler(connection=connection)
    sql, parameters = Seconds(*moments).as_mysql(compiler, connection)
    assert sql == "(TIMESTAMPDIFF(MICROSECOND, %s, %s) / 1e6)"
    assert len(parameters) == 2
