"""Runs over devices that helpers share: the result is that of a run without them, whatever becomes of a helper."""

import json
import zipfile
from io import BytesIO

import pytest
from answers import ios_port
from django.core.cache import cache
from nautobot.dcim.models import Device
from nautobot.extras.models import FileProxy, ObjectChange
from nautobot_dev_tools.pytest_plugin import execute
from simulated_devices import ENABLE, PASSWORD

from jobs.network.configuration_snapshot import ConfigurationSnapshot
from jobs.network.facts_drift import FactsDrift
from jobs.network.neighbours import NeighboursAgainstCabling
from jobs.network.ports import PortsInReality
from jobs.network.show_commands import RunShowCommands
from jobs.toolkit import device_runs
from jobs.toolkit import helpers as helping

JOBS = [RunShowCommands, ConfigurationSnapshot, FactsDrift, NeighboursAgainstCabling, PortsInReality]
OF_ITS_TIME = {"new", "fixed", "changed", "compared"}  # what hangs on whether there is an earlier run

pytestmark = pytest.mark.usefixtures("quick_helpers")


@pytest.fixture
def devices(network, simulated, lab):
    """Three that answer, one with another password, one without a platform."""
    good = simulated(3, enable=ENABLE)
    for number, device in enumerate(good):
        device.answers["show running-config"] = f"hostname sw\nsnmp-server location {number}\n"
        device.answers["show interfaces"] = ios_port("Gi1/0/1", description=f"to {number}") + ios_port("Gi1/0/2")
    network.add(*good, *simulated(name="wrong", password="another"))
    lab.device("box", network.device_type)
    return good


@pytest.fixture
def run(run_job, network, devices):
    def once(job, user=None, **inputs):
        values = {"everything": True, "port": network.port, "device_seconds": 5, **inputs}
        return run_job(job, values, user=user)

    return once


def told(run):
    """What the result says, and what the archive has."""
    counts = {name: value for name, value in run.result.items() if name not in OF_ITS_TIME}
    files = {}
    for content in (content for name, content in run.files.items() if name.endswith(".zip")):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            files |= {name: archive.read(name).decode() for name in archive.namelist() if name != "results.json"}
    return counts, files


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.__name__)
def test_the_result_is_the_same(run, job, helpers, devices):
    alone = run(job)
    asked = len(devices[0].received)
    together = run(job, helpers=2)

    assert (together.status, together.exception) == (alone.status, None)
    # The second of them was helped by the first, and all found it done.
    assert [each.result["asked"] for each in helpers] == [5, 0]
    assert told(together) == told(alone)
    assert alone.result["answered"] == 3
    assert together.result["causes"] == {"authentication": 1, "not asked": 1}
    assert len(devices[0].received) == 2 * asked
    assert "5 devices were asked by 1 helpers." in together.messages("info")
    assert not FileProxy.objects.filter(name__startswith="part.jsonl").exists()


def test_without_a_worker_for_the_helpers(run, late, superuser):
    alone = run(PortsInReality)
    together = run(PortsInReality, helpers=3)
    assert (told(together), len(late)) == (told(alone), 3)

    [(_, inputs), *_] = late
    cold = execute(PortsInReality, inputs, superuser)
    assert (cold.status, cold.result, cold.files) == ("SUCCESS", {"asked": 0}, {})


def test_what_a_dead_helper_had_is_asked_again(run, dead_helper):
    alone, taken = run(PortsInReality), []
    dead_helper(lambda part: len(taken) < 2 and not taken.append(part))
    together = run(PortsInReality, helpers=1)
    assert len(taken) == 2
    assert told(together) == told(alone)


def test_a_helper_hands_over_so_much_and_no_more(run, helpers, devices, monkeypatch):
    alone = run(PortsInReality)
    monkeypatch.setattr(device_runs, "_MOST_HANDED_OVER", 1000)
    together = run(PortsInReality, helpers=1, at_once=1)
    assert 0 < helpers[0].result["asked"] < 5
    assert told(together) == told(alone)


def test_helpers_end_when_the_leader_has(run, late, superuser, devices):
    run(PortsInReality, helpers=1)
    received = len(devices[0].received)
    cache.clear()
    helper = execute(PortsInReality, late[0][1], superuser)
    assert (helper.status, helper.result, helper.files) == ("SUCCESS", {"asked": 0}, {})
    assert len(devices[0].received) == received


def test_helpers_see_what_the_user_sees(run, helpers, make_user):
    names = ("dcim.view_interface", "ipam.view_ipaddress", "extras.view_secretsgroup")
    user = make_user(permissions={**dict.fromkeys(names), "dcim.view_device": {"name": "box"}})
    outcome = run(PortsInReality, user=user, helpers=1)
    assert (outcome.result["devices"], helpers[0].result, helpers[0].user) == (1, {"asked": 1}, user)


def test_nobody_helps_another_user(run, late, django_user_model):
    run(PortsInReality, helpers=1)
    outcome = execute(PortsInReality, late[0][1], django_user_model.objects.create_superuser("another"))
    assert (outcome.status, outcome.exception, outcome.files) == ("FAILURE", None, {})
    assert "help another one" in outcome.messages("failure")[0]


@pytest.mark.parametrize("number", [-1, 65])
def test_bad_number(superuser, number):
    outcome = execute(PortsInReality, {"everything": True, "helpers": number}, superuser)
    assert (outcome.status, outcome.exception, outcome.files) == ("FAILURE", None, {})
    assert "from 0 to 64" in outcome.messages("failure")[0]


def test_only_the_leader_corrects(run, helpers, devices, lab):
    """A helper is given the leader's inputs, and reads alone."""
    record = Device.objects.get(name=devices[0].name)
    port = lab.interface(record, "GigabitEthernet1/0/1", type="1000base-t")
    outcome = run(FactsDrift, helpers=1, correct=["description"], dryrun=False)
    assert (outcome.result["changes"], outcome.result["applied"]) == (1, True)
    port.refresh_from_db()
    assert port.description == "to 0"
    assert helpers[0].result == {"asked": 5}
    assert [file.name for file in helpers[0].files.all()] == []
    changes = ObjectChange.objects.filter(changed_object_id=port.pk, action="update")
    assert [change.object_data["description"] for change in changes] == ["to 0"]


@pytest.mark.parametrize("job", [RunShowCommands, ConfigurationSnapshot], ids=lambda job: job.__name__)
def test_no_secret_is_in_what_helpers_attach(run, helpers, devices, monkeypatch, job):
    for device in devices:
        device.answers["show version"] = f"password {PASSWORD} enable {ENABLE}\n"
        device.answers["show running-config"] = (
            f"hostname x\nbanner motd {PASSWORD}\nenable secret 5 $1$canary\nusername a password {PASSWORD}\n"
        )
    monkeypatch.setattr(helping, "tidy", lambda *_: None)
    run(job, helpers=1)
    [attached] = FileProxy.objects.filter(name="part.jsonl")
    with attached.file.open("rb") as file:
        records = [json.loads(line) for line in file]
    assert len(records) == 5
    assert "redacted" in str(records)
    assert "canary" not in str(records)
