"""DCIM-LOCATION-001: which active locations have nothing in them."""

from jobs.audits.checks.hygiene import EmptyLocation


def test_nothing_in_it(ask, lab):
    (finding,) = ask(EmptyLocation())
    assert (finding.display, finding.location) == ("AMS01", "EMEA / AMS01")


def test_a_device_in_it(found, switch):
    assert found(EmptyLocation()) == []


def test_a_prefix_in_it(found, lab, make):
    from nautobot.ipam.models import Namespace

    namespace = Namespace.objects.get(name="Global")
    prefix = make("ipam.prefix", prefix="192.0.2.0/24", status=lab.active, namespace=namespace)
    prefix.locations.add(lab.site)
    assert found(EmptyLocation()) == []


def test_a_cluster_in_it(found, cluster):
    assert found(EmptyLocation()) == []


def test_not_active(found, lab):
    lab.force(lab.site, status=lab.status("Planned"))
    assert found(EmptyLocation()) == []


def test_the_one_above_is_not_empty(found, lab, switch):
    lab.location("LON01")
    assert found(EmptyLocation()) == ["LON01"]
