"""Prefix.location, VLAN.location and Device.cluster, of which there may be several."""

import pytest
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations.device_clusters import DeviceClusters
from nautobot_dev_tools.migrate.transformations.prefix_locations import PrefixLocations

HEAD = """\
from django.db.models import Q
from nautobot.dcim.models import Device, Interface
from nautobot.ipam.models import Prefix, VLAN

"""
BOTH = (PrefixLocations(), DeviceClusters())


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Prefix.objects.filter(location=x)", "Prefix.objects.filter(locations=x)"),
        ("VLAN.objects.exclude(location_id=x)", "VLAN.objects.exclude(locations=x)"),
        ('Prefix.objects.filter(Q(location__name="x"))', 'Prefix.objects.filter(Q(locations__name="x"))'),
        ("Prefix.objects.filter(vlan__location=x)", "Prefix.objects.filter(vlan__locations=x)"),
        ('Prefix.objects.select_related("location")', 'Prefix.objects.prefetch_related("locations")'),
        ('VLAN.objects.prefetch_related("location__tenant")', 'VLAN.objects.prefetch_related("locations__tenant")'),
        ("Device.objects.filter(cluster=x)", "Device.objects.filter(clusters=x)"),
        (
            "Interface.objects.filter(device__cluster__name=x)",
            "Interface.objects.filter(device__clusters__name=x)",
        ),
    ],
)
def test_becomes(before, expected):
    assert_becomes(HEAD + before + "\n", HEAD + expected + "\n", *BOTH)


@pytest.mark.parametrize(
    "code",
    [
        "Prefix.objects.filter(locations=x)",
        "Prefix(location=x)",
        "Prefix.objects.create(location=x)",
        "Prefix.objects.get_or_create(location=x)",
        "Device.objects.filter(location=x)",
        "Device.objects.filter(clusters=x)",
        "other.filter(location=x, cluster=y)",
        "def f(prefix):\n    return prefix.location",
        'x = {"cluster": 1}',
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code + "\n", *BOTH)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("print(Prefix.objects.first().location)", "location raises MultipleObjectsReturned where there are several"),
        ("print(Device.objects.first().cluster)", "cluster raises MultipleObjectsReturned where there are several"),
        ('Prefix.objects.order_by("location__name")', "order_by() gives a row for each"),
        ('Prefix.objects.values_list("location")', "values_list() gives a row for each"),
        ("Prefix.objects.update(location=x)", "update() cannot set locations"),
        ('Prefix.objects.select_related("location", "tenant")', "select_related() gives a row for each"),
        ("Prefix.objects.filter(location=x, locations=y)", "which is given here as well"),
    ],
)
def test_is_left_to_a_person(code, reason):
    text = after(HEAD + code + "\n", *BOTH)
    assert reason in text
    assert text.splitlines()[-1] == code
