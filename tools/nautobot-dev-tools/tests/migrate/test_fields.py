"""Queries, constructors and attributes use the new names of fields."""

from importlib import import_module

import pytest
from migrating import after, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.models import current, lookup, models, removed, renamed
from nautobot_dev_tools.migrate.statuses import NAMES
from nautobot_dev_tools.migrate.transformations.fields import TODAY, Fields

HEAD = """\
from django.db.models import Count, F, Prefetch, Q
from nautobot.circuits.models import Circuit
from nautobot.dcim.models import Device, DeviceRole, Interface, Rack, Region, Site
from nautobot.extras.jobs import Job, MultiObjectVar, ObjectVar
from nautobot.extras.models import Status
from nautobot.ipam.models import IPAddress
from nautobot.virtualization.models import Cluster


"""
JOB = """\
class Example(Job):
    device = ObjectVar(model=Device)
    racks = MultiObjectVar(model=Rack)
    site = ObjectVar(model=Site)

"""


def changes(code):
    """What is reported of a text."""
    done = migrated(HEAD + code + "\n", Fields())
    return {(each.message, each.confidence) for each in done.outcomes["jobs/example.py"].changes}


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('Device.objects.filter(device_role__name="x")', 'Device.objects.filter(role__name="x")'),
        ('Device.objects.all().exclude(device_role="x")', 'Device.objects.all().exclude(role="x")'),
        ("Device.objects.filter(site=site)", "Device.objects.filter(location=site)"),
        (
            'Interface.objects.filter(device__site__region__name="x")',
            'Interface.objects.filter(device__location__parent__name="x")',
        ),
        ('Device.objects.order_by("-device_role__name", "name")', 'Device.objects.order_by("-role__name", "name")'),
        ("Device.objects.select_related('device_role')", "Device.objects.select_related('role')"),
        ('Device.objects.values_list("device_role")', 'Device.objects.values_list("role")'),
        ("Device.objects.filter(~Q(device_role=x) | Q(a=1))", "Device.objects.filter(~Q(role=x) | Q(a=1))"),
        ('Rack.objects.annotate(n=Count("reservations"))', 'Rack.objects.annotate(n=Count("rack_reservations"))'),
        (
            'Circuit.objects.filter(type=F("terminations__x"))',
            'Circuit.objects.filter(circuit_type=F("circuit_terminations__x"))',
        ),
        ('Rack.objects.filter(**{"group": x})', 'Rack.objects.filter(**{"rack_group": x})'),
        ("Device(name=x, device_role=y)", "Device(name=x, role=y)"),
        (
            "Circuit.objects.get_or_create(cid=x, defaults={'type': t})",
            "Circuit.objects.get_or_create(cid=x, defaults={'circuit_type': t})",
        ),
        ("Device.objects.filter(device_role_id=x)", "Device.objects.filter(role_id=x)"),
        ("Rack.objects.filter(powerfeed__name=x)", "Rack.objects.filter(power_feeds__name=x)"),
        ("Rack.objects.get(pk=x).powerfeed_set.all()", "Rack.objects.get(pk=x).power_feeds.all()"),
        ("print(IPAddress.objects.first().family)", "print(IPAddress.objects.first().ip_version)"),
        ("Cluster.objects.filter(group=x, type=y)", "Cluster.objects.filter(cluster_group=x, cluster_type=y)"),
        (
            "for device in Device.objects.all():\n    print(device.device_role, device.site.region)",
            "for device in Device.objects.all():\n    print(device.role, device.location.parent)",
        ),
        (
            "device, created = Device.objects.get_or_create(name=x)\ndevice.device_role = y",
            "device, created = Device.objects.get_or_create(name=x)\ndevice.role = y",
        ),
        ("def f(rack: Rack):\n    return rack.group", "def f(rack: Rack):\n    return rack.rack_group"),
        ("print(Rack.objects.get(name='x').group)", "print(Rack.objects.get(name='x').rack_group)"),
        ("[c.type for c in Circuit.objects.all()]", "[c.circuit_type for c in Circuit.objects.all()]"),
        ('Status.objects.get(slug="active")', 'Status.objects.get(name="Active")'),
        (
            'Device.objects.filter(status__slug__in=["active", "planned"])',
            'Device.objects.filter(status__name__in=["Active", "Planned"])',
        ),
        (
            "def f(device):\n    return device.status.slug == 'active'",
            "def f(device):\n    return device.status.name == 'Active'",
        ),
        (
            "def f(device):\n    return device.site.name, device.device_role",
            "def f(device):\n    return device.location.name, device.role",
        ),
        (
            "devices = Device.objects.all()\nif x:\n    devices = devices.filter(device_role=x)\nprint(devices[0].site)",
            "devices = Device.objects.all()\nif x:\n    devices = devices.filter(role=x)\nprint(devices[0].location)",
        ),
        (
            "racks = Rack.objects.none()\nracks |= Rack.objects.filter(name=x)\nracks.filter(group=x)",
            "racks = Rack.objects.none()\nracks |= Rack.objects.filter(name=x)\nracks.filter(rack_group=x)",
        ),
        ('Site.objects.create(name="x", slug="y")', 'Site.objects.create(name="x")'),
        ('Site(slug=x.lower(), name="x")', 'Site(name="x")'),
        (
            'x = ObjectVar(model=Device, display_field="device_role")',
            'x = ObjectVar(model=Device, display_field="role")',
        ),
        ("def f(x):\n    return x.device_role.name", "def f(x):\n    return x.role.name"),
        ('self.queryset.filter(device_role__name="x")', 'self.queryset.filter(role__name="x")'),
    ],
)
def test_becomes(before, expected):
    assert_becomes(HEAD + before + "\n", HEAD + expected + "\n", Fields())


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("def run(self, *, device, racks, site):\n", "def run(self, *, device, racks, site):\n"),
        ("def run(self, data, commit):\n        device = data['device']\n        racks = data.get('racks')\n", None),
    ],
)
def test_variables_of_a_job_are_known(before, expected):
    body = "        print(device.device_role)\n        for rack in racks:\n            print(rack.group)\n"
    new = body.replace("device.device_role", "device.role").replace("rack.group", "rack.rack_group")
    assert_becomes(HEAD + JOB + "    " + before + body, HEAD + JOB + "    " + (expected or before) + new, Fields())


@pytest.mark.parametrize(
    "code",
    [
        'Device.objects.filter(role__name="x", location=y)',
        'Circuit.objects.filter(circuit_type__name="x")',
        'other.filter(type="x", group="y")',
        "def f(cluster):\n    return cluster.name",
        "def f(x):\n    return x.type, x.group, x.slug",
        "class X:\n    def f(self):\n        return self.site, self.region",
        "import mine\n\nmine.site",
        'row = {"device_role": 1}\nrow["device_role"]',
        "device = 1\nfor device in things:\n    print(device.type)",
        "Rack = make()\nRack.objects.filter(group=1)",
        'dict(site="x", slug="y")',
        "Device.objects.filter(name=site)",
        'Status.objects.get(name="Active")',
        "data = {}\ndata.get('site')",
        'Device.objects.annotate(site=F("x")).values("site")',
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code + "\n", Fields())


@pytest.mark.parametrize(
    "code",
    [
        "def f(site):\n    return site.region, site.slug",
        "def f(device):\n    return device.device_role",
        "self.queryset.filter(site=x, slug=y)",
    ],
)
def test_a_name_alone_says_nothing_in_a_repository_of_today(code):
    assert_untouched("from nautobot.dcim.models import Device\n\n\n" + code + "\n", Fields())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ('Site.objects.get(slug="x")', "Location has no slug; its name may identify it, whose values are others"),
        ("Device.objects.filter(device_role__slug=x)", "Role has no slug"),
        ('Device.objects.filter(status__slug="mine")', "Status has no slug"),
        ("Status.objects.get(slug=x)", "Status has no slug"),
        ("print(Site.objects.first().slug)", "Location has no slug"),
        ("def f(site):\n    print(site.slug)", "If this is a Location of Nautobot: Location has no slug"),
        ("def f(x):\n    return x.site", "If this is an object of Nautobot: site is location now"),
        ("def f(cluster):\n    return cluster.type", "If this is a Cluster of Nautobot: type is cluster_type now"),
        ("IPAddress.objects.filter(vrf=x)", "IPAddress.vrf is gone: VRF is now related"),
        ("IPAddress.objects.first().assigned_object", "IPAddress.assigned_object is gone: Replaced by interfaces"),
        ('Circuit.objects.values("type")', "values() has the key circuit_type in place of type now"),
        ("Device.objects.filter(site=x, location=y)", "site is location now, which is given here as well"),
        ('x = ObjectVar(model=Site, display_field="slug")', "Location has no slug"),
        ('Site.objects.get_or_create(slug="x")', "Location has no slug"),
        ("self.queryset.filter(site__name=x)", "most models of Nautobot have no site any more"),
        ("f(Q(slug=x))", "most models of Nautobot have no slug any more"),
    ],
)
def test_is_left_to_a_person(code, reason):
    text = after(HEAD + code + "\n", Fields())
    assert reason in text
    assert [line for line in text.splitlines() if "TODO(migrate)" not in line] == (HEAD + code).splitlines()


def test_a_slug_with_dashes_is_no_key():
    code = 'from nautobot.extras.models import Relationship\n\nRelationship.objects.get(slug="a-b")\n'
    text = after(code, Fields())
    assert "a key has underscores" in text
    assert 'Relationship.objects.get(key="a-b")' in text


def test_a_renamed_field_is_certain_and_a_site_that_is_a_location_is_likely():
    assert changes("Device.objects.filter(device_role=x)") == {("Device: device_role is role now", "certain")}
    assert changes("Device.objects.filter(site=x)") == {("Device: site is location now", "likely")}
    assert changes("def f(device):\n    print(device.device_role)") == {("Device: device_role is role now", "likely")}


def test_no_old_name_is_a_field_today():
    for model, fields in [*renamed().items(), *removed().items()]:
        now = models().get(current(model))
        if now is not None:
            assert not {*fields} & {*now.fields, *now.relations}, model


def test_old_names_that_are_attributes_today_are_left():
    from django.apps import apps

    found = set()
    for model, fields in [*renamed().items(), *removed().items()]:
        if current(model) in models():
            today = apps.get_model(models()[current(model)].app, current(model))
            found |= {(model, name) for name in fields if hasattr(today, name)}
    assert found == TODAY
    code = "from nautobot.extras.models import CustomField\n\nprint(CustomField.objects.first().choices)\n"
    assert_untouched(code, Fields())
    assert "means something else today" in after("from nautobot.dcim.models import Site\n" + code, Fields())


def test_new_names_are_fields_today():
    missing = {
        new
        for model, fields in renamed().items()
        for new in fields.values()
        if new not in models()[current(model)].fields and new not in models()[current(model)].relations
    }
    # The depth is annotated; the origins of a path are a generic relation, whose reverse is `cable_paths`.
    origins = {"circuit_terminations", "console_ports", "console_server_ports", "interfaces", "power_feeds"}
    assert missing == {"tree_depth", "power_outlets", "power_ports", *origins}


def test_every_row_of_the_tables_is_known():
    for model, fields in renamed().items():
        for old, new in fields.items():
            assert lookup(model, old).path == new
    for model, fields in removed().items():
        for old in fields:
            found = lookup(model, old)
            assert model not in models() or found.problem or found.path != old, (model, old)


def test_names_of_statuses_are_those_that_nautobot_brings():
    known = {}
    for app in ("circuits", "dcim", "ipam", "virtualization"):
        choices = import_module(f"nautobot.{app}.choices")
        for name in vars(choices):
            if name.endswith("StatusChoices"):
                known.update(getattr(choices, name).CHOICES)
    assert {slug: known.get(slug) for slug in NAMES} == NAMES
