"""New numbers, and what moves over."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from nautobot.dcim.models import Device, InterfaceRedundancyGroup
from nautobot.extras.models import Contact, ContactAssociation, Relationship, RelationshipAssociation, Role, Tag
from nautobot.ipam.models import VRF, IPAddress, IPAddressToInterface, Prefix, Service
from nautobot.virtualization.models import VirtualMachine

from jobs.changes.renumber import Renumber
from jobs.toolkit.compat import address_ranges

NEEDS = dict.fromkeys(
    (
        "ipam.view_namespace",
        "ipam.view_prefix",
        "ipam.add_prefix",
        "ipam.change_prefix",
        "ipam.view_ipaddress",
        "ipam.add_ipaddress",
        "ipam.change_ipaddress",
        "ipam.change_ipaddresstointerface",
    )
)


def table(text):
    return SimpleUploadedFile("list.csv", text.encode())


@pytest.fixture
def renumber(run_job):
    def run(user=None, **inputs):
        chosen = {"old": "10.0.0.0/24", "new": "10.1.0.0/23", "dryrun": False, **inputs}
        return run_job(Renumber, {name: value for name, value in chosen.items() if value is not None}, user=user)

    return run


@pytest.fixture
def network(lab):
    """A prefix with all that can be in it, and all that can point at that."""
    device = lab.device("sw-01", lab.device_type("Switch", interfaces=2))
    machine = lab.machine("vm-01", "eth0")
    vrf = VRF(name="blue", rd="1:1", namespace=lab.namespace(), status=lab.active)
    vrf.validated_save()
    old = lab.prefix("10.0.0.0/24", locations=[lab.site], vlan=lab.vlan(10), description="data", tenant=lab.tenant("T"))
    vrf.add_prefix(old)
    tag = Tag.objects.create(name="core")
    tag.content_types.add(*ContentType.objects.get_for_models(Prefix, IPAddress).values())
    old.tags.add(tag)
    lab.prefix("10.0.0.128/25", type="pool")
    port = device.interfaces.get(name="eth 1")
    primary = lab.host("10.0.0.5/24", port, dns_name="sw-01.example.com", description="primary")
    primary.tags.add(tag)
    shared = lab.host("10.0.0.1/24", role="VRRP")
    inside = lab.host("10.0.0.200/32", machine.interfaces.get())
    outside = lab.host("10.0.0.6/24", nat_inside=inside)
    lab.prefix("192.0.2.0/24")
    public = lab.host("192.0.2.9/24", nat_inside=primary)
    device.refresh_from_db()
    device.primary_ip4 = primary
    device.validated_save()
    machine.refresh_from_db()
    machine.primary_ip4 = inside
    machine.validated_save()
    service = Service(name="ssh", protocol="tcp", ports=[22], device=device)
    service.validated_save()
    service.ip_addresses.set([primary, public])
    group = InterfaceRedundancyGroup(name="vrrp", status=lab.active, virtual_ip=shared, protocol="vrrp")
    group.validated_save()
    relationship = Relationship(
        label="Peer",
        key="peer",
        type="many-to-many",
        source_type=ContentType.objects.get_for_model(IPAddress),
        destination_type=ContentType.objects.get_for_model(IPAddress),
    )
    relationship.validated_save()
    RelationshipAssociation(relationship=relationship, source=primary, destination=outside).validated_save()
    role = Role.objects.create(name="Owner")
    role.content_types.add(ContentType.objects.get_for_model(ContactAssociation))
    ContactAssociation(
        contact=Contact.objects.create(name="Noc"), associated_object=old, role=role, status=lab.active
    ).validated_save()
    return old


def host(text):
    return IPAddress.objects.get(host=text)


def has_moved():
    new = Prefix.objects.get(network="10.1.0.0", prefix_length=23)
    assert (new.description, new.vlan.vid, new.tenant.name) == ("data", 10, "T")
    assert [list(new.locations.values_list("name", flat=True)), new.vrfs.count(), new.tags.count()] == [["AMS01"], 1, 1]
    assert Prefix.objects.get(network="10.1.0.128", prefix_length=25).type == "pool"
    primary, inside = host("10.1.0.5"), host("10.1.0.200")
    assert (str(primary), primary.dns_name, primary.tags.count()) == ("10.1.0.5/23", "sw-01.example.com", 1)
    assert str(inside) == "10.1.0.200/32"
    assert Device.objects.get().primary_ip4 == primary
    assert VirtualMachine.objects.get().primary_ip4 == inside
    assert {str(each) for each in Service.objects.get().ip_addresses.all()} == {"10.1.0.5/23", "192.0.2.9/24"}
    assert InterfaceRedundancyGroup.objects.get().virtual_ip == host("10.1.0.1")
    assert host("10.1.0.1").role.name == "VRRP"
    assert host("10.1.0.6").nat_inside == inside
    assert host("192.0.2.9").nat_inside == primary
    association = RelationshipAssociation.objects.get()
    assert (association.source, association.destination) == (primary, host("10.1.0.6"))
    assert ContactAssociation.objects.get().associated_object == new
    assert {str(each.ip_address) for each in IPAddressToInterface.objects.all()} == {"10.1.0.5/23", "10.1.0.200/32"}


def test_move_and_deprecate(renumber, network, comes_back):
    with comes_back() as applied:
        run = applied.run = renumber()
        assert run.status == "SUCCESS", run.messages()
        has_moved()
        old = IPAddress.objects.filter(host__net_host_contained="10.0.0.0/24")
        assert set(old.values_list("status__name", flat=True)) == {"Deprecated"}
        assert Prefix.objects.filter(network__in=["10.0.0.0", "10.0.0.128"], status__name="Deprecated").count() == 2
        again = renumber()
        assert (again.status, again.result["changes"]) == ("SUCCESS", 0)


def test_move_and_delete(renumber, network, comes_back):
    with comes_back() as applied:
        run = applied.run = renumber(action="delete")
        assert run.status == "SUCCESS", run.messages()
        has_moved()
        assert not Prefix.objects.filter(network__in=["10.0.0.0", "10.0.0.128"]).exists()
        again = renumber(action="delete")
        assert (again.status, again.result["changes"]) == ("SUCCESS", 0)


def test_copy_first_then_move(renumber, network, comes_back):
    with comes_back() as applied:
        run = applied.run = renumber(action="copy", dns_template="{{ device }}-{{ interface }}.example.com")
        assert run.status == "FAILURE"  # interfaces have spaces in their names
        run = applied.run = renumber(action="copy", dns_template="{{ device or 'none' }}.new.example.com")
        assert run.status == "SUCCESS", run.messages()
        assert host("10.1.0.5").dns_name == "sw-01.new.example.com"
        assert Device.objects.get().primary_ip4 == host("10.0.0.5")
        assert {str(each) for each in Device.objects.get().interfaces.get(name="eth 1").ip_addresses.all()} == {
            "10.0.0.5/24",
            "10.1.0.5/23",
        }
        assert renumber(action="copy").result["changes"] == 0
    renumber(action="copy")
    with comes_back() as applied:
        applied.run = renumber(action="delete")
        has_moved()


def test_list(renumber, network, comes_back):
    rows = "old;new\n10.0.0.0/24;10.1.0.0/24\n10.0.0.5;10.1.0.77/32\n192.0.2.9;192.0.2.10\n"
    with comes_back() as applied:
        run = applied.run = renumber(old=None, new=None, table=table(rows))
        assert run.status == "SUCCESS", run.messages()
        assert str(Device.objects.get().primary_ip4) == "10.1.0.77/32"
        assert host("192.0.2.10").nat_inside == host("10.1.0.77")
        assert renumber(old=None, new=None, table=table(rows)).result["changes"] == 0


def test_ranges(renumber, lab, network, comes_back):
    if address_ranges() is None:
        pytest.skip("ranges came with 3.2")
    address_ranges()(
        start_address="10.0.0.50", end_address="10.0.0.60", is_exclusive=True, name="dhcp", status=lab.active
    ).validated_save()
    for action in ("deprecate", "delete"):
        with comes_back() as applied:
            applied.run = renumber(action=action)
            assert address_ranges().objects.filter(start_host="10.1.0.50", end_host="10.1.0.60", name="dhcp").exists()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("old,new\n10.0.0.0/24,10.1.0.0/25\n", "Row 2: column new"),
        ("old,new\n10.0.0.0/24,10.1.0.0/24\n10.0.0.77,10.1.0.99\n", "Row 3: column old"),
        ("old,new\n10.7.0.0/24,10.1.0.0/24\n", "Row 2: column old"),
        ("old,new\n10.0.0.5,10.9.0.5\n", "No suitable parent"),
        ("old,new\n10.0.0.5,10.0.0.200\n", "Row 2: column new"),
        ("old\n10.0.0.5\n", "column new is missing"),
    ],
)
def test_bad_rows(renumber, network, rows, lines, message):
    before = rows()
    run = renumber(old=None, new=None, table=table(lines))
    assert run.status == "FAILURE"
    assert any(message in each for each in run.messages("failure")), run.messages("failure")
    assert rows() == before


def test_bad_form(renumber, db, rows):
    before = rows()
    for inputs in ({"new": ""}, {"table": table("old,new\n")}, {"dns_template": "{{ 1"}, {"old": "x"}, {}):
        assert renumber(**inputs).status == "FAILURE"
    assert rows() == before


@pytest.mark.parametrize("missing", NEEDS)
def test_without_a_permission(renumber, lab, make_user, rows, missing):
    lab.prefix("10.0.0.0/24")
    lab.host("10.0.0.5/24")
    user = make_user(permissions={name: None for name in NEEDS if name != missing})
    before = rows()
    assert any(missing in message for message in renumber(user).messages("failure"))
    assert rows() == before


def test_limited_permissions(renumber, network, make_user, rows):
    limited = {"ipam.change_ipaddress": {"mask_length": 32}, "ipam.change_service": None}
    user = make_user(permissions={**NEEDS, **limited})
    other = make_user("other", permissions={**NEEDS, "ipam.add_ipaddress": {"mask_length": 32}})
    before = rows()
    assert any("dcim.change_device" in message for message in renumber(user).messages("failure"))
    alone = renumber(user, old="192.0.2.0/24", new="10.3.0.0/24")
    assert any("ipam.change_ipaddress" in message for message in alone.messages("failure"))
    assert renumber(other).status == "FAILURE"
    assert rows() == before


def test_queries_do_not_grow_with_the_addresses(renumber, lab):
    lab.prefix("10.0.0.0/24")
    counts = []
    for first, last in ((1, 10), (11, 40)):
        for number in range(first, last + 1):
            lab.host(f"10.0.0.{number}/24")
        renumber()
        with CaptureQueriesContext(connection) as queries:
            assert renumber().result["changes"] == 0
        counts.append(len(queries))
    assert counts[0] == counts[1]
