"""Run show commands: real sessions with simulated devices, and whatever may go wrong."""

import io
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from nautobot.extras.models import ConfigContext, SecretsGroup
from nautobot_dev_tools.pytest_plugin import execute
from simulated_devices import DRIVERS, ENABLE, PASSWORD

from jobs.network.show_commands import RunShowCommands
from jobs.toolkit import output_archive

NEEDED = {"dcim.view_device": None, "ipam.view_ipaddress": None, "extras.view_secretsgroup": None}
FILES = {"show.zip", "show.html", "show.md"}


def archive(run, name="show.zip"):
    """Files of the archive by name, as text; and the list of devices by name."""
    with zipfile.ZipFile(io.BytesIO(run.files[name])) as opened:
        assert opened.testzip() is None
        files = {name: opened.read(name).decode() for name in opened.namelist()}
    return files, {record["device"]: record for record in json.loads(files["results.json"])}


@pytest.fixture
def show(run_job, network):
    """A function that runs the Job over all devices."""

    def run(commands="show version", user=None, **inputs):
        values = {"everything": True, "commands": commands, "port": network.port or None, "device_seconds": 5}
        return run_job(RunShowCommands, {**values, **inputs}, user=user)

    return run


def test_answers_raw_and_parsed(show, network, simulated, rows):
    devices = [simulated(name=dialect, dialect=dialect, enable=ENABLE)[0] for dialect in DRIVERS]
    network.add(*devices)
    before = rows()
    run = show()
    assert (run.status, run.exception, set(run.files)) == ("SUCCESS", None, FILES)
    assert rows() == before
    files, records = archive(run)
    assert set(files) == {f"{name}/show-version.{kind}" for name in DRIVERS for kind in ("txt", "json")} | {
        "results.json"
    }
    assert json.loads(files["ios/show-version.json"])[0]["serial"] == ["FOC1234X5YZ"]
    assert json.loads(files["eos/show-version.json"])[0]["image"] == "4.28.3M"
    assert json.loads(files["junos/show-version.json"])[0]["junos_version"] == "21.4R3.15"
    assert records["ios"]["commands"][0]["command"] == "show version"
    assert records["ios"]["host_key"].startswith("SHA256:")
    assert {key: run.result[key] for key in ("devices", "answered", "failed", "not_asked", "changed")} == {
        "devices": 3,
        "answered": 3,
        "failed": 0,
        "not_asked": 0,
        "changed": None,
    }


def test_without_commands_all_that_the_list_has(show, network, simulated):
    (device,) = simulated(name="sw")
    network.add(device)
    run = show("")
    assert run.status == "SUCCESS"
    commands = [answer["command"] for answer in archive(run)[1]["sw"]["commands"]]
    assert {"show version", "show inventory"} < set(commands)
    assert [line for line in device.received if line.startswith("show")] == commands
    assert not device.configured


@pytest.mark.parametrize(
    "commands",
    [
        "configure terminal",
        "show version\nreload",
        "show version | include x",
        "do show version",
        "sh ver",
        "show vers\u0456on",
    ],
)
def test_hostile_commands_reach_no_device(show, network, simulated, commands):
    (device,) = simulated(name="sw")
    network.add(device)
    run = show(commands)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "line" in run.result["refused"]
    assert (device.logins, device.received) == (0, [])


def test_allow_lists(show, network, simulated):
    ios, junos = simulated(name="ios")[0], simulated(name="junos", dialect="junos")[0]
    network.add(ios, junos)
    run = show("show running-config")
    assert (run.status, run.files, ios.logins) == ("FAILURE", {}, 0)
    assert "allow-list of none" in run.result["refused"]

    run = show("show version\nshow vlans\nshow inventory")
    assert run.status == "SUCCESS"
    sent = {device.name: [line for line in device.received if line.startswith("show")] for device in (ios, junos)}
    assert sent == {"ios": ["show version", "show inventory"], "junos": ["show version", "show vlans"]}
    refused = [answer for answer in archive(run)[1]["ios"]["commands"] if answer["cause"] == "not allowed"]
    assert [answer["command"] for answer in refused] == ["show vlans"]
    assert "show vlans" in run.files["show.html"].decode()


def test_config_context(show, network, simulated):
    """It adds commands and has the port; what is no command in it is told, and not sent."""
    (device,) = simulated(name="sw", answers={"show boot": "BOOT path-list : flash:x\n"})
    network.add(device)
    data = {"network_jobs": {"port": network.port, "commands": ["show boot", "reload", "show x | y"]}}
    ConfigContext.objects.create(name="ssh", data=data)
    run = show("show boot", port=None)
    assert run.status == "SUCCESS"
    files, records = archive(run)
    assert files["sw/show-boot.txt"].strip() == "BOOT path-list : flash:x"
    assert [answer["cause"] for answer in records["sw"]["commands"]] == ["", "not allowed", "not allowed"]
    assert set(device.received) & {"reload", "show x | y"} == set()

    ConfigContext.objects.update(data={"network_jobs": {"port": "22; x"}})
    run = show("show version", port=None)
    assert (run.status, run.result["not_asked"]) == ("SUCCESS", 1)


@pytest.mark.parametrize("command", ["show run", "show archive log config all", "show running-config"])
def test_what_a_config_context_adds_is_masked(show, network, simulated, command):
    """It may show the configuration under whatever name."""
    (device,) = simulated(name="sw", answers={command: "hostname sw\nenable secret 5 $1$canary\n"})
    network.add(device)
    ConfigContext.objects.create(name="ssh", data={"network_jobs": {"commands": [command]}})
    run = show(command)
    assert run.status == "SUCCESS"
    files, _ = archive(run)
    [text] = [content for name, content in files.items() if name.endswith(".txt")]
    assert "hostname sw" in text
    assert not any("canary" in content for content in files.values())


def test_differences(show, network, simulated):
    first, second = simulated(name="one")[0], simulated(name="two")[0]
    network.add(first, second)
    assert show().result["changed"] is None
    first.answers["show version"] = first.answer("show version").replace("15.2(7)E3", "15.2(7)E4")
    second.answers["show version"] = second.answer("show version").replace("2 weeks", "3 weeks")
    run = show()
    assert run.result["changed"] == 1
    text = run.files["differences.diff"].decode()
    assert "-Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3" in text
    assert "--- one/show-version.txt" in text
    changed = {name: record["commands"][0]["changed"] for name, record in archive(run)[1].items()}
    assert changed == {"one": True, "two": False}
    again = show()
    assert (again.result["changed"], "differences.diff" in again.files) == (0, False)


def test_whatever_goes_wrong_costs_no_other_device(show, network, simulated):
    kinds = ("refuse", "silent", "hang", "drop", "flood", "rubbish")
    devices = [simulated(name=kind, misbehaves=kind)[0] for kind in kinds]
    network.add(*devices, *simulated(name="fine"), *simulated(name="password", password="another"))
    network.record(simulated(name="credentials")[0], group=False)
    run = show(device_seconds=3)
    assert (run.status, run.exception) == ("FAILURE", None)
    files, records = archive(run)
    causes = {name: record["cause"] or record["commands"][0]["cause"] for name, record in records.items()}
    assert causes == {
        "refuse": "refused",
        "silent": "timeout",
        "hang": "timeout",
        "drop": "dropped",
        "flood": "too much output",
        "rubbish": "",
        "fine": "",
        "password": "authentication",
        "credentials": "not asked",
    }
    assert (run.result["failed"], run.result["not_asked"]) == (6, 1)
    assert "fine/show-version.txt" in files
    assert sum(len(content) for content in run.files.values()) < 1 << 20
    page = run.files["show.html"].decode()
    assert all(name in page for name in causes if name not in ("fine", "rubbish"))
    logged = {entry.log_object for entry in run.logs if entry.grouping in ("refused", "timeout", "incomplete")}
    assert {"refuse", "silent", "hang"} <= logged


def test_command_after_one_without_an_answer_is_not_sent(show, network, simulated):
    (device,) = simulated(name="sw", misbehaves="hang")
    network.add(device)
    run = show("show version\nshow inventory", device_seconds=2)
    assert run.status == "FAILURE"
    assert [answer["cause"] for answer in archive(run)[1]["sw"]["commands"]] == ["timeout", "not asked"]
    assert "show inventory" not in device.received


def test_no_secret_is_left_anywhere(show, network, simulated, lab, caplog, capfd, monkeypatch):
    """Devices that tell what they were told; the database, files, logs, output and arguments of processes are searched."""
    caplog.set_level(logging.DEBUG)
    leak = f"password {PASSWORD} enable {ENABLE}\nserial {PASSWORD}\n"
    echo = simulated(
        name="echo", enable=ENABLE, banner=f"{leak}\n", answers={"show version": leak, "show clock": leak}
    )[0]
    wrong = simulated(name="wrong", password="another", banner=leak)[0]
    network.add(echo, wrong, *simulated(name="drop", misbehaves="drop", answers={"show version": leak}))
    network.add(*simulated(name="denied", enable="another"))
    arguments = []
    really = subprocess.Popen.__init__

    def popen(self, args, *rest, **more):
        arguments.append((args, more.get("env")))
        really(self, args, *rest, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", popen)
    runs = [show("show version\nshow clock") for _ in range(2)]
    assert runs[1].result["causes"] == {"authentication": 2, "incomplete": 1}
    assert "(redacted)" in archive(runs[1])[0]["echo/show-version.txt"]
    left = [repr(arguments), caplog.text, repr(capfd.readouterr()), _dump()]
    for run in runs:
        left += [content.decode("latin-1") for content in run.files.values()]
        left += archive(run)[0].values()
    for text in left:
        assert "canary" not in text


def _dump():
    """All rows of the database, files included, as the connection of the test sees them."""
    from django.db import connection

    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_soft_time_limit_keeps_what_is_there(show, network, simulated, monkeypatch):
    network.add(*simulated(6))
    take = output_archive.Archive.add
    added = []

    def add(self, record, files):
        added.append(record["device"])
        if len(added) == 3:
            raise SoftTimeLimitExceeded
        take(self, record, files)

    monkeypatch.setattr(output_archive.Archive, "add", add)
    run = show(at_once=1)
    assert (run.status, run.exception) == ("FAILURE", None)
    assert run.result["stopped"] is True
    assert (run.result["answered"], run.result["devices"]) == (2, 6)
    assert set(run.files) == FILES
    causes = [record["cause"] for record in archive(run)[1].values()]
    assert sorted(causes) == ["", "", *["time of the run over"] * 4]


def test_soft_time_limit_while_devices_hang(show, network, simulated):
    """By a signal in the midst of waiting, as Celery does it; nobody waits for the devices."""
    network.add(*simulated(name="fine"), *simulated(2, misbehaves="hang"))

    def interrupt(*_):
        raise SoftTimeLimitExceeded

    before = signal.signal(signal.SIGUSR1, interrupt)
    begun = time.monotonic()
    timer = threading.Timer(4, os.kill, (os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        run = show(device_seconds=60)
    finally:
        timer.cancel()
        signal.signal(signal.SIGUSR1, before)
    assert time.monotonic() - begun < 8
    assert (run.status, run.exception, run.result["stopped"]) == ("FAILURE", None, True)
    assert run.result["causes"] == {"time of the run over": 2}
    assert "fine/show-version.txt" in archive(run)[0]


def test_long_runs_attach_in_parts(show, network, simulated, monkeypatch):
    network.add(*simulated(3))
    monkeypatch.setattr(output_archive, "PART_BYTES", 1)
    run = show()
    assert {"show.zip", "show-2.zip", "show-3.zip"} < set(run.files)
    assert len({name for part in ("show.zip", "show-2.zip", "show-3.zip") for name in archive(run, part)[1]}) == 3
    assert show().result["changed"] == 0

    monkeypatch.setattr(output_archive, "MOST_BYTES", 1)
    run = show()
    records = {**archive(run)[1], **archive(run, "show-2.zip")[1]}
    assert "too much output" in {record["commands"][0]["cause"] for record in records.values()}


def test_names_of_files_are_safe(show, network, simulated):
    names = ["../../etc/passwd", "con", "a/b", "A_B", "a_b", "x" * 200, "…"]
    devices = [simulated(name=f"sw{number}")[0] for number in range(len(names))]
    records = network.add(*devices)
    for record, name in zip(records, names, strict=True):
        network.lab.force(record, name=name)
    run = show()
    assert run.status == "SUCCESS"
    files = set(archive(run)[0]) - {"results.json"}
    folders = {file.split("/")[0].lower() for file in files}
    assert len(folders) == len(names)
    assert all(file.count("/") == 1 and ".." not in file and len(file) < 130 for file in files)
    assert "con" not in folders


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_user_without_permission(show, network, simulated, make_user, missing):
    (device,) = simulated(name="sw")
    network.add(device)
    user = make_user(permissions={name: None for name in NEEDED if name != missing})
    run = show(user=user)
    assert (run.status, run.exception, run.files, device.logins) == ("FAILURE", None, {}, 0)
    assert missing in run.result["refused"]


def test_devices_groups_and_addresses_that_the_user_may_not_view(show, network, simulated, make_user):
    seen, hidden = simulated(name="seen")[0], simulated(name="hidden")[0]
    network.add(seen, hidden)
    user = make_user(permissions={**NEEDED, "dcim.view_device": {"name": "seen"}})
    run = show(user=user)
    assert (run.status, run.result["devices"], hidden.logins) == ("SUCCESS", 1, 0)

    other = make_user("other", permissions={**NEEDED, "ipam.view_ipaddress": {"host": "192.0.2.1"}})
    run = show(user=other)
    assert (run.status, run.result["not_asked"]) == ("SUCCESS", 2)

    third = make_user("third", permissions={**NEEDED, "extras.view_secretsgroup": {"name": "another"}})
    assert show(user=third).result["not_asked"] == 2
    assert "may view" in show(user=third, secrets_group=SecretsGroup.objects.get()).result["refused"]
    assert seen.logins == 1


@pytest.mark.parametrize("package", ["netmiko", "nornir", "ntc_templates"])
def test_without_a_package(show, network, simulated, monkeypatch, package):
    (device,) = simulated(name="sw")
    network.add(device)
    monkeypatch.setitem(sys.modules, package, None)
    run = show()
    assert (run.status, run.exception, run.files, device.logins) == ("FAILURE", None, {}, 0)
    assert "pip install netmiko nornir ntc-templates" in run.result["refused"]


def test_empty_database(run_job, db):
    run = run_job(RunShowCommands, {"everything": True})
    assert (run.status, run.result["devices"], set(run.files)) == ("SUCCESS", 0, {"show.html", "show.md"})


@pytest.mark.parametrize(
    ("inputs", "word"),
    [({"at_once": 0}, "At once"), ({"everything": False}, "Nothing is selected")],
)
def test_bad_input(superuser, inputs, word):
    run = execute(RunShowCommands, {"everything": True, **inputs}, superuser)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert word in run.result["refused"]


def test_number_of_queries_is_constant(run_job, network, simulated):
    counts = []
    for number in (5, 20):
        for device in simulated(number, misbehaves="refuse"):
            network.record(device)
        for _ in range(2):  # the second is compared with the first
            run = run_job(RunShowCommands, {"everything": True, "commands": "show version", "port": 1, "at_once": 200})
        assert run.result["causes"]["refused"] in (5, 25)
        counts.append(run.query_count)
    assert counts[0] == counts[1]
