"""Queries of cables as Nautobot 3.2 has them."""

import pytest
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.models import models
from nautobot_dev_tools.migrate.tables import table
from nautobot_dev_tools.migrate.transformations.cables import Cables, ends

HEAD = """\
from django.db.models import Count, Q
from nautobot.dcim.models import Cable, CableToCableTermination, Device, Interface

"""


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Interface.objects.filter(cable=x)", "Interface.objects.filter(cable_termination__cable=x)"),
        ("Interface.objects.filter(cable=None)", "Interface.objects.filter(cable_termination__isnull=True)"),
        ("Interface.objects.filter(Q(cable=None))", "Interface.objects.filter(Q(cable_termination__isnull=True))"),
        ("Interface.objects.exclude(cable_id=x)", "Interface.objects.exclude(cable_termination__cable_id=x)"),
        (
            "Interface.objects.filter(cable__isnull=True)",
            "Interface.objects.filter(cable_termination__isnull=True)",
        ),
        (
            'Interface.objects.filter(~Q(cable__status__name="x") | Q(name="y"))',
            'Interface.objects.filter(~Q(cable_termination__cable__status__name="x") | Q(name="y"))',
        ),
        ('Interface.objects.order_by("-cable")', 'Interface.objects.order_by("-cable_termination__cable")'),
        (
            'Interface.objects.select_related("cable__status")',
            'Interface.objects.select_related("cable_termination__cable__status")',
        ),
        (
            "Interface.objects.values_list('cable', flat=True)",
            "Interface.objects.values_list('cable_termination__cable', flat=True)",
        ),
        (
            'Device.objects.annotate(n=Count("interfaces__cable"))',
            'Device.objects.annotate(n=Count("interfaces__cable_termination__cable"))',
        ),
        (
            "for device in Device.objects.all():\n    device.interfaces.filter(cable__isnull=False)",
            "for device in Device.objects.all():\n    device.interfaces.filter(cable_termination__isnull=False)",
        ),
    ],
)
def test_becomes(before, expected):
    assert_becomes(HEAD + before + "\n", HEAD + expected + "\n", Cables())


@pytest.mark.parametrize(
    "code",
    [
        "Interface.objects.filter(cable_termination__cable=x)",
        "CableToCableTermination.objects.filter(cable=x)",
        "Interface.objects.filter(cable_termination__cable__terminations__cable=x)",
        "Cable.objects.filter(termination_a_id=x, termination_a_type=y)",
        "Cable.objects.exclude(termination_a_id=x)",
        "Cable(termination_a=x, termination_b=y)",
        "interface = Interface.objects.first()\nprint(interface.cable, interface.cable.status)",
        "interface = Interface.objects.first()\ninterface.cable = None",
        'self.queryset.filter(cable__isnull=False).select_related("cable")',
        "network.filter(cable=x)",
        'cables.order_by("cable")',
        'os.environ["_path"]',
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code + "\n", Cables())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ('Interface.objects.values("cable")', "values() has the key cable_termination__cable in place of cable now"),
        ("Interface.objects.update(cable=None)", "a cable is no field of what it ends at"),
        ("Interface(cable=x)", "a cable is no field of what it ends at"),
        ("interface = Interface.objects.first()\ninterface.cable = x", "a cable is no field of what it ends at"),
        ("Interface.objects.filter(_cable_peer_id=x)", "_cable_peer_id is gone, and no query has it"),
        ("print(Interface.objects.first()._cable_peer)", "get_cable_peer() has the far end"),
        ("print(Interface.objects.first()._path)", "connected_endpoint are as before"),
        ("Cable.objects.filter(termination_a_id__in=x)", "termination_a_id is no field of Cable any more"),
        ("Cable.objects.filter(Q(termination_b_id=x))", "termination_b_id is no field of Cable any more"),
        ('Cable.objects.order_by("termination_a_id")', "termination_a_id is no field of Cable any more"),
        ("Cable.objects.exclude(termination_a_id=x, termination_b_id=y)", "excluding both ends at once"),
        ('Interface.objects.select_related("_path")', "_path is cable_paths now, which select_related() does not take"),
        ('self.queryset.order_by("cable")', "cable is cable_termination__cable now"),
        ("f(Q(cable=x))", "cable is cable_termination__cable now"),
        ("self.queryset.filter(_path__is_active=True)", "see cable_paths and get_cable_peer()"),
        ('Interface.objects.only("cable")', "which only() does not take"),
    ],
)
def test_is_left_to_a_person(code, reason):
    text = after(HEAD + code + "\n", Cables())
    assert reason in text
    assert [line for line in text.splitlines() if "TODO(migrate)" not in line] == (HEAD + code).splitlines()


def test_a_path_is_likely_and_may_need_distinct():
    text = after(HEAD + "Interface.objects.filter(_path__is_active=True)\n", Cables())
    assert "Interface.objects.filter(cable_paths__is_active=True)" in text
    assert "add distinct()" in text


def test_ends_are_those_of_nautobot():
    assert ends() >= {"Interface", "FrontPort", "RearPort", "CircuitTermination", "PowerPort", "PowerFeed"}
    assert all("cable" not in models()[name].fields for name in ends())


def test_the_patterns_of_the_release_notes_that_are_not_translated_are():
    assert [row[0] for row in table("v3.2-cable-not-translated").rows] == [
        "Q(cable=...)",
        '.order_by("cable")',
        '.values("cable") / .values_list("cable")',
    ]
