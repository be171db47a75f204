"""Management addresses for devices without one."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from nautobot.dcim.models import Device, Interface
from nautobot.extras.models import Role, Tag
from nautobot.ipam.models import VRF, IPAddress, Prefix

from jobs.changes.assign_management_addresses import AssignManagementAddresses


def assign(run_job, user=None, **inputs):
    return run_job(AssignManagementAddresses, {"everything": True, "dryrun": False, **inputs}, user=user)


def primaries(field="primary_ip4"):
    devices = Device.objects.select_related("primary_ip4", "primary_ip6")
    return {device.name: str(getattr(device, field).address) if getattr(device, field) else None for device in devices}


@pytest.fixture
def device_type(lab):
    return lab.device_type("Switch", management=1, interfaces=2, bays=1)


@pytest.fixture
def management(lab):
    """A prefix 192.0.2.0/28 at AMS01 whose first address is in use."""
    prefix = lab.prefix("192.0.2.0/28", locations=[lab.site])
    lab.host("192.0.2.1/28")
    return prefix


@pytest.fixture
def devices(lab, device_type, management):
    return [lab.device(f"sw-{number}", device_type) for number in (1, 2)]


def test_next_free(run_job, devices, comes_back):
    with comes_back() as applied:
        run = applied.run = assign(run_job)
        assert (run.status, run.result["changes"]) == ("SUCCESS", 6)
        assert primaries() == {"sw-1": "192.0.2.2/28", "sw-2": "192.0.2.3/28"}
        address = IPAddress.objects.get(host="192.0.2.2")
        assert [str(each) for each in address.interfaces.all()] == ["mgmt 1"]
        assert address.status.name == "Active"
        again = assign(run_job)
        assert (again.status, again.result["changes"]) == ("SUCCESS", 0)


def test_dry_run_gives_out_nothing(run_job, devices, rows):
    before = rows()
    first, second = assign(run_job, dryrun=True), assign(run_job, dryrun=True)
    assert first.result["changes"] == 6
    assert first.result["fingerprint"] == second.result["fingerprint"]
    assert rows() == before


def test_prefix_is_locked(run_job, devices):
    run = assign(run_job)
    assert [query for query in run.queries if "FOR UPDATE" in query and 'FROM "ipam_prefix"' in query]


def test_both_families(run_job, lab, devices, comes_back):
    lab.prefix("2001:db8::/64", locations=[lab.site])
    with comes_back() as applied:
        applied.run = assign(run_job, families="both", leave_first=3, dns_name="{{ device }}.{{ location|lower }}.net")
        assert applied.run.result["changes"] == 10
        assert primaries() == {"sw-1": "192.0.2.4/28", "sw-2": "192.0.2.5/28"}
        assert primaries("primary_ip6") == {"sw-1": "2001:db8::4/64", "sw-2": "2001:db8::5/64"}
        assert IPAddress.objects.get(host="192.0.2.4").dns_name == "sw-1.ams01.net"


def test_second_family_only(run_job, lab, devices):
    assign(run_job)
    lab.prefix("2001:db8::/64", locations=[lab.site])
    assert assign(run_job, families="both").result["changes"] == 6


def test_interface_by_pattern(run_job, lab, devices):
    lab.interface(devices[0], "Vlan900")
    run = assign(run_job, interface_names="vlan9??, eth*")
    assert run.status == "SUCCESS", run.messages()
    assigned = {(each.device.name, each.name) for each in Interface.objects.filter(ip_addresses__isnull=False)}
    assert assigned == {("sw-1", "Vlan900"), ("sw-2", "eth 1")}


def test_interface_on_a_module(run_job, lab, management):
    device = lab.device("sw-1", lab.device_type("Chassis", bays=1))
    module = lab.module(device, lab.module_type("Supervisor", management=1))
    assert assign(run_job).status == "SUCCESS"
    assert module.interfaces.get().ip_addresses.count() == 1
    assert primaries() == {"sw-1": "192.0.2.2/28"}


def test_interface_is_created(run_job, lab, devices, comes_back):
    lab.device("panel", lab.device_type("Panel"))
    run = assign(run_job, dryrun=True)
    assert (run.status, run.result["changes"]) == ("SUCCESS", 6)
    assert any("panel" in message for message in run.messages("info"))
    with comes_back() as applied:
        applied.run = assign(run_job, create_interface="mgmt0", interface_type="other")
        assert applied.run.result["changes"] == 10
        interface = Interface.objects.get(device__name="panel")
        assert (interface.name, interface.type, interface.mgmt_only) == ("mgmt0", "other", True)
        assert assign(run_job, create_interface="mgmt0").result["changes"] == 0


def test_address_that_is_there_becomes_primary(run_job, lab, devices, comes_back):
    port = devices[0].interfaces.get(name="mgmt 1")
    lab.host("192.0.2.9/28", port)
    lab.host("192.0.2.8/28", port, status="Deprecated")
    with comes_back() as applied:
        applied.run = assign(run_job)
        assert applied.run.result["changes"] == 4
        assert primaries() == {"sw-1": "192.0.2.9/28", "sw-2": "192.0.2.2/28"}


def test_several_addresses_are_refused(run_job, lab, devices, rows):
    for number in (8, 9):
        lab.host(f"192.0.2.{number}/28", devices[0].interfaces.get(name="mgmt 1"))
    before = rows()
    run = assign(run_job)
    assert (run.status, run.result["problems"]) == ("FAILURE", 1)
    assert rows() == before
    assert assign(run_job, keep_good=True).result["applied"] is True
    assert primaries() == {"sw-1": None, "sw-2": "192.0.2.2/28"}


def test_stack_by_its_master(run_job, lab, devices):
    lab.stack(*devices)
    assert assign(run_job).result["changes"] == 3
    assert primaries() == {"sw-1": "192.0.2.2/28", "sw-2": None}


def test_prefix_of_a_location_above(run_job, lab, device_type):
    lab.region_type.content_types.add(ContentType.objects.get_for_model(Prefix))
    lab.prefix("198.51.100.0/24", locations=[lab.region])
    lab.device("sw-1", device_type)
    far = lab.location("LON01")
    lab.prefix("203.0.113.0/24", "pool", locations=[far])
    lab.device("sw-2", device_type, location=far)
    assert assign(run_job).status == "SUCCESS"
    assert primaries() == {"sw-1": "198.51.100.1/24", "sw-2": "203.0.113.0/24"}


@pytest.fixture
def several(lab, devices):
    """Beside the prefix without anything, one with a role, one with a tag and one in a VRF."""
    kind = ContentType.objects.get_for_model(Prefix)
    role, tag = Role.objects.create(name="Management"), Tag.objects.create(name="oob")
    role.content_types.add(kind)
    tag.content_types.add(kind)
    lab.prefix("192.0.2.32/28", locations=[lab.site], role=role)
    lab.prefix("192.0.2.64/28", locations=[lab.site]).tags.add(tag)
    vrf = VRF.objects.create(name="management", namespace=lab.namespace(), status=lab.active)
    vrf.add_prefix(lab.prefix("192.0.2.96/28", locations=[lab.site]))
    lab.prefix("192.0.2.128/28", "container", locations=[lab.site], role=role)
    return {"prefix_roles": [role], "prefix_tags": [tag], "vrf": vrf}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("prefix_roles", "192.0.2.33/28"), ("prefix_tags", "192.0.2.65/28"), ("vrf", "192.0.2.97/28")],
)
def test_prefix_by_role_tag_or_vrf(run_job, several, chosen, expected):
    assert assign(run_job, **{chosen: several[chosen]}).status == "SUCCESS"
    assert primaries()["sw-1"] == expected


def test_several_prefixes_are_refused(run_job, several, rows):
    before = rows()
    run = assign(run_job)
    assert (run.status, run.result["problems"]) == ("FAILURE", 2)
    assert "192.0.2.32/28" in " ".join(run.messages("failure"))
    assert rows() == before


def test_full_prefix_is_followed_by_the_next(run_job, lab, device_type):
    role = Role.objects.create(name="Management")
    role.content_types.add(ContentType.objects.get_for_model(Prefix))
    for text in ("192.0.2.0/31", "192.0.2.4/31"):
        lab.prefix(text, locations=[lab.site], role=role)
    for number in range(5):
        lab.device(f"sw-{number}", device_type)
    run = assign(run_job, prefix_roles=[role], keep_good=True)
    assert (run.status, run.result["problems"], run.result["applied"]) == ("FAILURE", 1, True)
    assert "sw-4" in " ".join(run.messages("failure"))
    assert set(primaries().values()) == {"192.0.2.0/31", "192.0.2.1/31", "192.0.2.4/31", "192.0.2.5/31", None}


def test_child_prefixes_are_not_free(run_job, lab, devices):
    lab.prefix("192.0.2.2/31")
    assert assign(run_job).status == "SUCCESS"
    assert primaries() == {"sw-1": "192.0.2.4/28", "sw-2": "192.0.2.5/28"}


@pytest.mark.parametrize(
    ("inputs", "word"),
    [
        ({"families": "6"}, "IPv6"),
        ({"interface_names": "*********"}, "Names of interfaces"),
        ({"dns_name": "{{ nobody }}"}, "nobody"),
        ({"dns_name": "not a name!"}, "dns_name"),
        ({"create_interface": "x" * 300, "interface_names": "none"}, "sw-1"),
        ({"everything": False}, "Nothing is selected"),
    ],
)
def test_bad_input(run_job, devices, rows, inputs, word):
    before = rows()
    run = assign(run_job, **inputs)
    assert (run.status, run.exception) == ("FAILURE", None)
    assert word in " ".join(run.messages("failure"))
    assert rows() == before


ALL = dict.fromkeys(
    (
        "dcim.view_device",
        "dcim.change_device",
        "dcim.view_interface",
        "ipam.view_prefix",
        "ipam.view_ipaddress",
        "ipam.add_ipaddress",
        "ipam.add_ipaddresstointerface",
    )
)


@pytest.mark.parametrize(
    ("permissions", "words"),
    [
        ({**ALL, "dcim.change_device": {"name": "sw-1"}}, ["dcim.change_device", "sw-2"]),
        ({**ALL, "dcim.change_device": {"primary_ip4": None}}, ["dcim.change_device", "would become"]),
        ({**ALL, "ipam.add_ipaddress": {"dns_name": "x"}}, ["ipam.add_ipaddress"]),
        ({**ALL, "ipam.view_prefix": {"prefix_length": 9}}, ["prefix"]),
        ({name: None for name in ALL if "tointerface" not in name}, ["ipam.add_ipaddresstointerface"]),
    ],
)
def test_permissions(run_job, devices, rows, make_user, permissions, words):
    user, before = make_user(permissions=permissions), rows()
    run = assign(run_job, user=user)
    assert run.status == "FAILURE"
    text = " ".join(run.messages("failure"))
    assert [word for word in words if word not in text] == []
    assert rows() == before


def test_to_create_an_interface_takes_a_permission(run_job, devices, rows, make_user):
    user, before = make_user(permissions=ALL), rows()
    run = assign(run_job, user=user, interface_names="none", create_interface="mgmt0")
    assert run.status == "FAILURE"
    assert "dcim.add_interface" in " ".join(run.messages("failure"))
    assert rows() == before


def test_empty_database(run_job, db):
    run = assign(run_job)
    assert (run.status, run.result["changes"]) == ("SUCCESS", 0)


def test_as_many_queries_for_many(run_job, lab, device_type, management):
    def queries(first, last):
        for number in range(first, last):
            lab.device(f"sw-{number}", device_type)
        run = assign(run_job, interface_names="none")
        assert (run.status, run.result["changes"]) == ("SUCCESS", 0)
        return len([query for query in run.queries if re.search('FROM "(dcim|ipam)_', query)])  # without log and files

    assert queries(0, 3) == queries(3, 30)


def test_planning_costs_the_same_for_many(run_job, lab, device_type):
    """Planned, and then refused before anything is written: the addresses there are several."""
    lab.prefix("192.0.2.0/24", locations=[lab.site])

    def queries(first, last):
        for number in range(first, last):
            device = lab.device(f"sw-{number}", device_type)
            for host in (2 * number + 1, 2 * number + 2):
                lab.host(f"192.0.2.{host}/24", device.interfaces.get(name="mgmt 1"))
        run = assign(run_job)
        assert (run.status, run.result["problems"]) == ("FAILURE", last)
        return len([query for query in run.queries if re.search('FROM "(dcim|ipam)_', query)])  # without log and files

    assert queries(0, 3) == queries(3, 30)


def test_less_than_none_left_is_refused(run_job, devices, rows):
    before = rows()
    run = assign(run_job, leave_first=-1)
    assert run.status == "FAILURE"
    assert "Leave the first" in " ".join(run.messages("failure"))
    assert rows() == before
