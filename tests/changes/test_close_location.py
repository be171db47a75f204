"""Locations that close: what blocks them, and what leaves service with them."""

import pytest
from nautobot.circuits.models import CircuitTermination
from nautobot.dcim.models import Cable, Device, Location, PowerFeed, Rack
from nautobot.ipam.models import VLAN, IPAddress, Prefix

from jobs.changes.close_location import CloseLocation
from jobs.changes.close_plan import KINDS

NEEDED = (
    "dcim.view_location",
    "dcim.change_location",
    "dcim.view_device",
    "dcim.change_device",
    "dcim.change_rack",
    "dcim.delete_cable",
    "ipam.delete_ipaddresstointerface",
    "ipam.delete_ipaddress",
)


def close(run_job, location, user=None, **inputs):
    return run_job(CloseLocation, {"locations": [location], "dryrun": False, **inputs}, user=user)


@pytest.fixture
def site(lab):
    """A site with one of everything, connected to what is elsewhere."""
    lab.other = lab.location("LON01")
    device_type = lab.device_type("Switch", interfaces=3, power=1)
    device = lab.device("sw-01", device_type, rack=lab.rack(), position=1, face="front")
    far = lab.device("far", device_type, location=lab.other)
    ports = list(device.interfaces.order_by("name"))
    lab.cable(ports[0], far.interfaces.first())
    lab.prefix("198.51.100.0/24", locations=[lab.site])
    lab.prefix("203.0.113.0/24", locations=[lab.site, lab.other])
    lab.address("192.0.2.1/24", ports[0])
    lab.vlan(10, locations=[lab.site])
    lab.vlan(20, name="everywhere", locations=[lab.site, lab.other])
    circuit = lab.circuit("C1")
    lab.cable(ports[1], lab.termination(circuit, "A", lab.site))
    lab.termination(circuit, "Z", lab.other)
    lab.cable(device.power_ports.first(), lab.feed("F1", lab.panel()))
    cluster = lab.cluster()
    cluster.location = lab.site
    cluster.validated_save()
    lab.machine("vm-01")
    return lab.site


def test_checklist(run_job, site, rows):
    before = rows()
    run = close(run_job, site)
    assert (run.status, run.result["problems"]) == ("FAILURE", len(KINDS))
    said = " ".join(run.messages("failure"))
    for name in ("sw-01", "C1", "198.51.100.0/24", "data", "vm-01", "F1"):
        assert name in said
    assert "203.0.113.0/24" not in said
    assert "everywhere" not in said
    assert rows() == before


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_blocks(run_job, site, rows, kind):
    before = rows()
    run = close(run_job, site, override=[each for each in KINDS if each != kind])
    assert (run.status, run.result["problems"]) == ("FAILURE", 1)
    assert any(KINDS[kind] in text for text in run.messages("failure"))
    assert rows() == before


def test_cascade(run_job, site, comes_back):
    with comes_back() as applied:
        run = applied.run = close(run_job, site, override=list(KINDS))
        assert run.status == "SUCCESS", run.messages()
        device = Device.objects.get(name="sw-01")
        assert (device.status.name, device.rack) == ("Decommissioning", None)
        assert Device.objects.get(name="far").status.name == "Active"
        assert not Cable.objects.exists()
        assert not IPAddress.objects.exists()
        assert [end.location.name for end in CircuitTermination.objects.all()] == ["LON01"]
        assert not Prefix.objects.filter(locations=site).exists()
        assert not VLAN.objects.filter(locations=site).exists()
        assert Prefix.objects.filter(locations__name="LON01").count() == 1
        assert Rack.objects.get().status.name == "Deprecated"
        assert PowerFeed.objects.get().status.name == "Offline"
        assert Location.objects.get(pk=site.pk).status.name == "Retired"
        again = close(run_job, site)
        assert again.result["changes"] == 0


def test_all_below(run_job, lab, site, comes_back):
    with comes_back() as applied:
        run = applied.run = close(run_job, lab.region, override=list(KINDS))
        assert run.status == "SUCCESS", run.messages()
        assert set(Location.objects.values_list("status__name", flat=True)) == {"Retired"}
        assert set(Device.objects.values_list("status__name", flat=True)) == {"Decommissioning"}


def test_chosen_statuses(run_job, lab, site):
    location = lab.other
    inputs = {"device_status": lab.status("Offline"), "status": lab.status("Decommissioning"), "addresses": "keep"}
    run = close(run_job, location, override=list(KINDS), **inputs)
    assert run.status == "SUCCESS", run.messages()
    assert Device.objects.get(name="far").status.name == "Offline"
    assert Location.objects.get(pk=location.pk).status.name == "Decommissioning"


def test_hosts_elsewhere(run_job, lab, site):
    """A cluster without a location, whose only host is here."""
    cluster = lab.cluster()
    cluster.location = None
    cluster.validated_save()
    device = Device.objects.get(name="sw-01")
    if hasattr(Device, "clusters"):
        device.clusters.add(cluster)
    else:
        device.cluster = cluster
        device.validated_save()
    run = close(run_job, site, override=[each for each in KINDS if each != "machines"])
    assert run.status == "FAILURE"
    assert any("vm-01" in text for text in run.messages("failure"))
    assert close(run_job, site, override=list(KINDS)).status == "SUCCESS"


def test_empty_location(run_job, lab, comes_back):
    with comes_back() as applied:
        run = applied.run = close(run_job, lab.site)
        assert (run.status, run.result["changes"]) == ("SUCCESS", 1)


@pytest.mark.parametrize("missing", NEEDED)
def test_a_permission_is_missing(run_job, lab, make_user, rows, missing):
    user = make_user(permissions=dict.fromkeys(each for each in NEEDED if each != missing))
    before = rows()
    run = close(run_job, lab.site, user=user)
    assert run.status == "FAILURE"
    assert any(missing in text for text in run.messages("failure"))
    assert rows() == before


def test_permissions_with_constraints(run_job, lab, site, make_user, rows):
    blind = make_user("blind", {**dict.fromkeys(NEEDED), "dcim.view_location": {"name": "LON01"}})
    after = make_user("after", {**dict.fromkeys(NEEDED), "dcim.change_location": {"status__name": "Active"}})
    enough = make_user("enough", dict.fromkeys(NEEDED))
    before = rows()
    assert close(run_job, site, user=blind).files == {}
    run = close(run_job, lab.other, override=list(KINDS), user=enough)
    assert any("circuits.delete_circuittermination" in text for text in run.messages("failure"))
    run = close(run_job, site, override=list(KINDS), user=after)
    assert run.status == "FAILURE"
    assert rows() == before
    empty = lab.location("PAR01")
    assert close(run_job, empty, user=after).status == "FAILURE"
    assert close(run_job, empty, user=enough).status == "SUCCESS"


def test_query_count(run_job, lab):
    device_type = lab.device_type("Small")

    def planned():
        return close(run_job, lab.site).query_count

    lab.force(lab.site, status=lab.status("Retired"))
    for number in range(10):
        lab.device(f"sw-{number}", device_type, status=lab.status("Decommissioning"))
    few = planned()
    for number in range(10, 100):
        lab.device(f"sw-{number}", device_type, status=lab.status("Decommissioning"))
    assert planned() == few
