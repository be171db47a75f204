"""Prefixes out of containers, with VLANs and gateways."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from nautobot.extras.models import Role
from nautobot.ipam.models import VLAN, IPAddress, Prefix, VLANGroup

from jobs.changes.allocate_prefixes import AllocatePrefixes

NEEDS = dict.fromkeys(("ipam.view_namespace", "ipam.view_prefix", "ipam.add_prefix", "dcim.view_location"))


@pytest.fixture
def container(lab):
    return lab.prefix("10.0.0.0/16", type="container")


@pytest.fixture
def allocate(run_job, lab, container):
    def run(user=None, **inputs):
        chosen = {"containers": [container], "length": 24, "status": lab.active, "dryrun": False, **inputs}
        return run_job(AllocatePrefixes, chosen, user=user)

    return run


def role(name, *models):
    made = Role.objects.create(name=name)
    made.content_types.add(*ContentType.objects.get_for_models(Prefix, *models).values())
    return made


def texts(**conditions):
    return [str(prefix) for prefix in Prefix.objects.exclude(type="container").filter(**conditions)]


def test_next_free(allocate, lab, comes_back):
    lab.prefix("10.0.1.0/24")
    lab.host("10.0.2.9/16")
    with comes_back() as applied:
        run = applied.run = allocate(number=3, prefix_description="net {{ number }}")
        assert run.status == "SUCCESS", run.messages()
        assert {prefix.description: str(prefix) for prefix in Prefix.objects.exclude(description="")} == {
            "net 1": "10.0.0.0/24",
            "net 2": "10.0.3.0/24",
            "net 3": "10.0.4.0/24",
        }
        again = allocate(number=3, prefix_description="net {{ number }}")
        assert (again.result["changes"], again.result["unchanged"]) == (0, 3)
        assert allocate(number=5, prefix_description="net {{ number }}").result["changes"] == 2
        Prefix.objects.filter(description__in=["net 4", "net 5"]).delete()


def test_each_location_from_its_own_container(allocate, lab, container):
    far = lab.location("LON01")
    own = lab.prefix("10.1.0.0/16", type="container", locations=[lab.site])
    run = allocate(containers=[container, own], locations=[far, lab.site])
    assert run.status == "SUCCESS", run.messages()
    assert texts(locations=lab.site) == ["10.1.0.0/24"]
    assert texts(locations=far) == ["10.0.0.0/24"]
    assert allocate(containers=[container, own], locations=[far, lab.site]).result["changes"] == 0


def test_container_of_another_location(allocate, lab, rows):
    own = lab.prefix("10.1.0.0/16", type="container", locations=[lab.site])
    far = lab.location("LON01")
    before = rows()
    run = allocate(containers=[own], locations=[far, lab.site])
    assert run.status == "FAILURE"
    assert any("LON01" in message and "Containers" in message for message in run.messages("failure"))
    assert rows() == before
    kept = allocate(containers=[own], locations=[far, lab.site], keep_good=True)
    assert (kept.status, kept.result["changes"]) == ("FAILURE", 1)
    assert texts(locations=lab.site) == ["10.1.0.0/24"]


def test_vlans_gateways_and_both_versions(allocate, lab, container, comes_back):
    lab.site_type.content_types.add(ContentType.objects.get_for_model(VLANGroup))
    group = VLANGroup(name="AMS01", location=lab.site, range="100-102")
    group.validated_save()
    VLAN(vid=100, name="old", vlan_group=group, status=lab.active).validated_save()
    ipv6 = lab.prefix("2001:db8::/48", type="container")
    roles = [role("data", VLAN), role("voice")]
    vrrp = Role.objects.get(name="VRRP")
    inputs = {
        "containers": [container, ipv6],
        "length_ipv6": 64,
        "locations": [lab.site],
        "roles": roles,
        "vlan_groups": [group],
        "vlan_name": "{{ location }}-{{ role }}",
        "prefix_description": "{{ role }} in {{ vlan }} ({{ vid }})",
        "gateway": "last",
        "gateway_role": vrrp,
    }
    with comes_back() as applied:
        run = applied.run = allocate(**inputs)
        assert run.status == "SUCCESS", run.messages()
        assert run.result["changes"] == 2 + 4 + 4
        data = VLAN.objects.get(name="AMS01-data")
        assert (data.vid, data.role, list(data.locations.all())) == (101, roles[0], [lab.site])
        assert VLAN.objects.get(vid=102).role is None
        assert {str(prefix) for prefix in data.prefixes.all()} == {"10.0.0.0/24", "2001:db8::/64"}
        assert data.prefixes.first().description == "data in AMS01-data (101)"
        assert {str(address) for address in IPAddress.objects.filter(role=vrrp)} == {
            "10.0.0.254/24",
            "10.0.1.254/24",
            "2001:db8::ffff:ffff:ffff:ffff/64",
            "2001:db8:0:1:ffff:ffff:ffff:ffff/64",
        }
        again = allocate(**inputs)
        assert again.result["changes"] == 0
    full = allocate(**{**inputs, "roles": [*roles, role("cameras")]})
    assert any("VLAN groups" in message for message in full.messages("failure"))
    assert not full.result["applied"]


def test_for_vlans(allocate, lab):
    vlans = [lab.vlan(10, "data", [lab.site]), lab.vlan(20, "voice")]
    assert allocate(vlans=vlans, gateway="first").result["created"] == 4
    assert texts(vlan=vlans[0], locations=lab.site) == ["10.0.0.0/24"]
    assert texts(vlan=vlans[1]) == ["10.0.1.0/24"]
    assert {str(address) for address in IPAddress.objects.all()} == {"10.0.0.1/24", "10.0.1.1/24"}


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"length": None}, "IPv4 length"),
        ({"length": 16}, "Containers"),
        ({"number": 2000, "length": 30, "prefix_description": "{{ nobody }}"}, "Description"),
        ({"prefix_description": "{{ 1"}, "Description"),
        ({"length": 18, "number": 5}, "Containers"),
    ],
)
def test_bad_input(allocate, inputs, field, rows):
    before = rows()
    run = allocate(**inputs)
    assert run.status == "FAILURE"
    assert any(field in message for message in run.messages("failure"))
    assert rows() == before


@pytest.mark.parametrize("missing", NEEDS)
def test_without_a_permission(allocate, make_user, rows, missing):
    user = make_user(permissions={name: None for name in NEEDS if name != missing})
    before = rows()
    run = allocate(user)
    assert any(missing in message for message in run.messages("failure"))
    assert rows() == before


def test_limited_permissions(allocate, lab, make_user, rows, container):
    user = make_user(permissions={**NEEDS, "ipam.add_prefix": {"description": "mine"}})
    other = make_user("other", permissions={**NEEDS, "ipam.view_prefix": {"prefix_length__gt": 16}})
    before = rows()
    run = allocate(user, prefix_description="yours")
    assert any("ipam.add_prefix" in message for message in run.messages("failure"))
    assert allocate(other).status == "FAILURE"
    gateways = allocate(user, prefix_description="mine", gateway="first")
    assert any("ipam.add_ipaddress" in message for message in gateways.messages("failure"))
    assert rows() == before
    assert allocate(user, prefix_description="mine").status == "SUCCESS"


def test_queries_do_not_grow_with_the_request(allocate, lab):
    counts = []
    for number in (10, 40):
        inputs = {"length": 28, "number": number, "prefix_description": "net {{ number }}", "gateway": "first"}
        allocate(**inputs)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert allocate(**inputs).result["changes"] == 0
        counts.append(len(queries))
    assert counts[0] == counts[1]
