"""EXTRAS-CONTEXT-001: which devices lack a required key; and that contexts are chosen as Nautobot chooses them."""

import pytest

from jobs.audits.checks.config_contexts import RequiredDeviceKeys

NTP = RequiredDeviceKeys(required=("ntp.servers",))
DATA = {"ntp": {"servers": ["192.0.2.1"]}}


@pytest.fixture
def asked(found):
    return lambda check=NTP: found(check, most_queries=3)


def test_off_unless_something_is_required():
    assert RequiredDeviceKeys().idle()
    assert not NTP.idle()


def test_no_context(ask, switch):
    (finding,) = ask(NTP, most_queries=3)
    assert (finding.pk, finding.key, finding.details) == (str(switch.pk), "ntp.servers", {"contexts": "0"})


def test_one_finding_for_each_path(ask, switch):
    findings = ask(RequiredDeviceKeys(required=("a", "b.c")), most_queries=3)
    assert [finding.key for finding in findings] == ["a", "b.c"]


@pytest.mark.parametrize("data", [{"ntp": {}}, {"ntp": {"servers": None}}, {"ntp": ["servers"]}, {"servers": 1}])
def test_no_value_at_the_path(asked, make_context, switch, data):
    make_context("ntp", data)
    assert asked() == ["switch"]


@pytest.mark.parametrize("value", [0, False, "", []])
def test_an_empty_value_is_a_value(asked, make_context, switch, value):
    make_context("ntp", {"ntp": {"servers": value}})
    assert asked() == []


def test_local_context(asked, lab, switch):
    lab.force(switch, local_config_context_data=DATA)
    assert asked() == []


def test_what_a_heavier_context_takes_away(asked, make_context, switch):
    make_context("ntp", DATA)
    assert asked() == []
    make_context("none", {"ntp": None}, weight=2000)
    assert asked() == ["switch"]


def test_inactive_context(asked, make_context, switch):
    make_context("ntp", DATA, is_active=False)
    assert asked() == ["switch"]


def test_location_and_what_is_above_it(asked, lab, make_context, switch):
    context = make_context("ntp", DATA, locations=[lab.location("LON01")])
    assert asked() == ["switch"]
    context.locations.set([lab.region])
    assert asked() == []
    context.roles.set([lab.make_role("Router")])
    assert asked() == ["switch"]


def test_role_type_and_platform(asked, lab, make_context, switch):
    from nautobot.dcim.models import Platform

    platform = Platform(name="IOS")
    platform.validated_save()
    make_context("ntp", DATA, roles=[lab.role], device_types=[switch.device_type], platforms=[platform])
    assert asked() == ["switch"]
    lab.force(switch, platform=platform)
    assert asked() == []


def test_tags(asked, lab, make_context, switch):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device
    from nautobot.extras.models import Tag

    tags = [Tag.objects.create(name=name) for name in ("one", "two", "three")]
    for tag in tags:
        tag.content_types.add(ContentType.objects.get_for_model(Device))
    make_context("ntp", DATA, tags=tags[:2])
    switch.tags.add(tags[2])
    assert asked() == ["switch"]
    switch.tags.add(tags[1])
    assert asked() == []


def test_group_of_tenants_and_what_is_above_it(asked, lab, make_context, switch):
    from nautobot.tenancy.models import Tenant, TenantGroup

    top = TenantGroup.objects.create(name="top")
    below = TenantGroup.objects.create(name="below", parent=top)
    make_context("ntp", DATA, tenant_groups=[top])
    assert asked() == ["switch"]
    lab.force(switch, tenant=Tenant.objects.create(name="tenant", tenant_group=below))
    assert asked() == []


def test_clusters(asked, lab, make_context, switch, machine):
    make_context("ntp", DATA, clusters=[machine.cluster])
    assert asked() == ["switch"]
    machine.cluster.devices.add(switch)
    assert asked() == []


def test_the_same_as_nautobot(lab, ask, make_context, switch, machine):
    """Whatever is chosen by Nautobot itself, for a device among several contexts, is chosen here."""
    make_context("a", {"a": 1}, locations=[lab.region], roles=[lab.role])
    make_context("b", {"b": 1}, clusters=[machine.cluster])
    make_context("c", {"c": {"d": 1}}, weight=1)
    lacking = {finding.key for finding in ask(RequiredDeviceKeys(required=("a", "b", "c.d")), most_queries=3)}
    assert {"a", "b", "c"} - {path.split(".")[0] for path in lacking} == set(switch.get_config_context())


def test_no_more_queries_for_more_devices(asked, lab, copies, make_context, switch):
    make_context("ntp", {"x": 1}, locations=[lab.region])
    copies(switch, 20)
    assert len(asked()) == 21
