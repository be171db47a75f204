"""Statuses and namespaces that a form leaves empty, where a team has renamed or deleted what Nautobot came with."""

import pytest
from nautobot.extras.models import Status
from nautobot.ipam.models import IPAddress, Namespace, Prefix

from jobs.changes.address_interfaces import AddressInterfaces
from jobs.changes.allocate_addresses import AllocateAddresses
from jobs.changes.allocate_prefixes import AllocatePrefixes
from jobs.changes.renumber import Renumber
from jobs.toolkit.access import RefusalError
from jobs.toolkit.defaults import default_namespace, default_status


def test_they_are_found(db):
    assert default_status(IPAddress, "Active").name == "Active"
    assert default_namespace().name == "Global"


def test_a_status_that_the_model_does_not_have(db):
    """Another model may still have it."""
    from django.contrib.contenttypes.models import ContentType

    Status.objects.get(name="Active").content_types.remove(ContentType.objects.get_for_model(IPAddress))
    assert default_status(Prefix, "Active")
    with pytest.raises(
        RefusalError, match=r"^Status: IP addresses have no status Active\. Select one, or create it\.$"
    ):
        default_status(IPAddress, "Active")
    with pytest.raises(RefusalError, match=r"^There is no status Active for IP addresses\. Create it\.$"):
        default_status(IPAddress, "Active", "")


@pytest.fixture
def runs(run_job, lab, tmp_path):
    """A run of each Job that leaves status and namespace empty."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    prefix, container = lab.prefix("10.0.0.0/24"), lab.prefix("10.1.0.0/16", "container")
    lab.interface(lab.device("sw", lab.device_type("Box")), "Loopback0")
    lab.host("10.0.0.9/24")

    def table():
        return SimpleUploadedFile("list.csv", b"device,interface,prefix\nsw,Loopback0,10.0.0.0/24\n")

    return {
        "AllocateAddresses": lambda: run_job(AllocateAddresses, {"prefixes": [prefix], "purpose": "any"}),
        "AllocatePrefixes": lambda: run_job(AllocatePrefixes, {"containers": [container], "length": 24}),
        "AddressInterfaces": lambda: run_job(AddressInterfaces, {"table": table()}),
        "Renumber": lambda: run_job(Renumber, {"old": "10.0.0.0/24", "new": "10.9.0.0/24"}),
    }


@pytest.mark.parametrize("job", ["AllocateAddresses", "AllocatePrefixes", "AddressInterfaces", "Renumber"])
def test_jobs_tell_what_to_do_about_it(runs, rows, job):
    assert runs[job]().status == "SUCCESS"

    for name in ("Active", "Deprecated"):
        Status.objects.filter(name=name).update(name=f"No longer {name}")
    before = rows()
    run = runs[job]()
    assert (run.status, run.exception) == ("FAILURE", None)
    assert any("Select one" in message for message in run.messages("failure")), run.messages("failure")
    assert rows() == before


@pytest.mark.parametrize("job", ["AddressInterfaces", "Renumber"])
def test_jobs_tell_that_the_namespace_is_gone(runs, rows, job):
    Namespace.objects.filter(name="Global").update(name="Ours")
    run = runs[job]()
    assert (run.status, run.exception) == ("FAILURE", None)
    assert "Namespace: there is no namespace Global. Select one, or create it." in run.messages("failure")
