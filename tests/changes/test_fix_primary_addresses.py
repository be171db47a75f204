"""Primary addresses that are missing or wrong."""

import re

import pytest
from nautobot.dcim.models import Device

from jobs.changes.fix_primary_addresses import FixPrimaryAddresses


def fix(run_job, user=None, **inputs):
    return run_job(FixPrimaryAddresses, {"everything": True, "dryrun": False, **inputs}, user=user)


def primaries():
    return {
        device.name: tuple(str(each.address) if each else None for each in (device.primary_ip4, device.primary_ip6))
        for device in Device.objects.select_related("primary_ip4", "primary_ip6")
    }


@pytest.fixture
def device_type(lab):
    return lab.device_type("Switch", management=1, interfaces=2, bays=1)


@pytest.fixture
def device(lab, device_type):
    return lab.device("sw-1", device_type)


@pytest.fixture
def other(lab, device_type):
    device = lab.device("sw-2", device_type)
    address = lab.address("192.0.2.22/24", device.interfaces.get(name="mgmt 1"))
    device.primary_ip4 = address
    device.validated_save()
    return device


def remarks(run):
    return [message for message in run.messages("info") if message.startswith("sw-")]


def test_missing(run_job, lab, device, comes_back):
    port = device.interfaces.get(name="mgmt 1")
    lab.address("192.0.2.1/24", port)
    lab.address("2001:db8::1/64", port)
    lab.prefix("fe80::/10")
    lab.host("fe80::1/64", port)
    lab.address("192.0.2.2/24", device.interfaces.get(name="eth 1"))
    with comes_back() as applied:
        applied.run = fix(run_job)
        assert applied.run.result["changes"] == 1
        assert primaries() == {"sw-1": ("192.0.2.1/24", "2001:db8::1/64")}
        assert fix(run_job).result["changes"] == 0


def test_on_a_module(run_job, lab, device):
    module = lab.module(device, lab.module_type("Supervisor", management=1))
    lab.address("192.0.2.1/24", module.interfaces.get())
    assert fix(run_job).result["changes"] == 1
    assert primaries()["sw-1"][0] == "192.0.2.1/24"


def test_elsewhere(run_job, lab, device, other, comes_back):
    lab.address("192.0.2.1/24", device.interfaces.get(name="eth 1"))
    lab.force(device, primary_ip4=other.primary_ip4)
    with comes_back() as applied:
        applied.run = fix(run_job)
        assert primaries() == {"sw-1": ("192.0.2.1/24", None), "sw-2": ("192.0.2.22/24", None)}


def test_nowhere_and_family_at_once(run_job, lab, device, comes_back):
    port = device.interfaces.get(name="mgmt 1")
    own = lab.address("2001:db8::1/64", port)
    lab.address("192.0.2.1/24", port)
    lab.force(device, primary_ip4=own, primary_ip6=lab.address("2001:db8::99/64"))
    with comes_back() as applied:
        applied.run = fix(run_job)
        assert applied.run.result["changes"] == 1
        assert primaries()["sw-1"] == ("192.0.2.1/24", "2001:db8::1/64")


def test_deprecated(run_job, lab, device):
    port = device.interfaces.get(name="mgmt 1")
    lab.force(device, primary_ip4=lab.address("192.0.2.1/24", port, status="Deprecated"))
    run = fix(run_job, clear=True)
    assert (run.status, run.result["changes"], len(remarks(run))) == ("SUCCESS", 0, 1)
    lab.address("192.0.2.2/24", port)
    assert fix(run_job, defects=["missing"]).result["changes"] == 0
    assert fix(run_job, defects=["deprecated"]).result["changes"] == 1
    assert primaries()["sw-1"] == ("192.0.2.2/24", None)


def test_ambiguous(run_job, lab, device):
    for number in (2, 1):
        lab.address(f"192.0.2.{number}/24", device.interfaces.get(name=f"eth {number}"))
    run = fix(run_job)
    assert (run.status, run.result["changes"]) == ("SUCCESS", 0)
    (remark,) = remarks(run)
    assert "192.0.2.1/24 on eth 1" in remark
    assert "192.0.2.2/24 on eth 2" in remark
    run = fix(run_job, policy="names", interface_names="nothing")
    assert (run.result["changes"], len(remarks(run))) == (0, 1)
    assert fix(run_job, policy="names", interface_names="x*, *2", dryrun=True).result["changes"] == 1
    assert fix(run_job, take_lowest=True).result["changes"] == 1
    assert primaries()["sw-1"][0] == "192.0.2.1/24"


def test_shared_addresses_are_no_candidates(run_job, lab, device):
    lab.prefix("198.51.100.0/24")
    lab.host("198.51.100.1/24", device.interfaces.get(name="eth 1"), role="VRRP")
    assert fix(run_job).result["changes"] == 0


def test_clear(run_job, lab, device, other, comes_back):
    lab.force(device, primary_ip4=other.primary_ip4)
    run = fix(run_job)
    assert (run.result["changes"], len(remarks(run))) == (0, 1)
    with comes_back() as applied:
        applied.run = fix(run_job, clear=True)
        assert primaries()["sw-1"] == (None, None)


def test_one_that_cannot_be_mended_keeps_the_other(run_job, lab, device, other):
    """Nautobot would not save the device."""
    port = device.interfaces.get(name="mgmt 1")
    old = lab.address("2001:db8::1/64", port, status="Deprecated")
    lab.address("2001:db8::2/64", port)
    lab.force(device, primary_ip4=other.primary_ip4, primary_ip6=old)
    for defects in ([], ["deprecated"]):
        run = fix(run_job, defects=defects)
        assert (run.status, run.result["changes"]) == ("SUCCESS", 0)
        assert remarks(run)
    run = fix(run_job, clear=True)
    assert (run.status, primaries()["sw-1"]) == ("SUCCESS", (None, "2001:db8::2/64"))


@pytest.mark.parametrize(
    ("inputs", "word"),
    [
        ({"policy": "names"}, "Names of interfaces"),
        ({"interface_names": "mgmt*"}, "Names of interfaces"),
        ({"everything": False}, "Nothing is selected"),
    ],
)
def test_bad_input(run_job, device, rows, inputs, word):
    before = rows()
    run = fix(run_job, **inputs)
    assert run.status == "FAILURE"
    assert word in " ".join(run.messages("failure"))
    assert rows() == before


ALL = dict.fromkeys(("dcim.view_device", "dcim.change_device", "dcim.view_interface", "ipam.view_ipaddress"))


@pytest.mark.parametrize(
    ("permissions", "status", "word"),
    [
        ({**ALL, "dcim.change_device": {"name": "sw-9"}}, "FAILURE", "dcim.change_device"),
        ({**ALL, "dcim.change_device": {"primary_ip4": None}}, "FAILURE", "would become"),
        # A candidate that may not be viewed is none.
        ({**ALL, "ipam.view_ipaddress": {"dns_name": "x"}}, "SUCCESS", ""),
        ({**ALL, "dcim.view_interface": {"name": "x"}}, "SUCCESS", ""),
        ({name: None for name in ALL if "change" not in name}, "FAILURE", "dcim.change_device"),
    ],
)
def test_permissions(run_job, lab, device, rows, make_user, permissions, status, word):
    lab.address("192.0.2.1/24", device.interfaces.get(name="mgmt 1"))
    user, before = make_user(permissions=permissions), rows()
    run = fix(run_job, user=user)
    assert run.status == status
    assert word in " ".join(run.messages("failure"))
    assert rows() == before


def test_empty_database(run_job, db):
    run = fix(run_job)
    assert (run.status, run.result["changes"]) == ("SUCCESS", 0)


def test_as_many_queries_for_many(run_job, lab, device_type):
    def queries(first, last):
        for number in range(first, last):
            device = lab.device(f"sw-{number}", device_type)
            for port in (1, 2):
                lab.address(f"192.0.2.{2 * number + port}/24", device.interfaces.get(name=f"eth {port}"))
        run = fix(run_job, interface_names="nothing", policy="names")
        assert run.result["changes"] == 0
        return len([query for query in run.queries if re.search('FROM "(dcim|ipam)_', query)])  # without log and files

    assert queries(0, 5) == queries(5, 40)
