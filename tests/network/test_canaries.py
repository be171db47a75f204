"""No secret is left anywhere by a Job that logs in to devices, whatever these repeat of it and however they fail.

The whole database, files, log, output, arguments of processes and the cache are searched. What the configuration snapshot
pushes is searched in its own tests.
"""

import json
import logging
import subprocess
import zipfile
from io import BytesIO

import pytest
from answers import eos_lldp, eos_port, ios_lldp, ios_port, junos_lldp, junos_port
from django.db import connection
from django_redis import get_redis_connection
from simulated_devices import ENABLE, IOS_VERSION, PASSWORD

from jobs.network.configuration_snapshot import ConfigurationSnapshot
from jobs.network.facts_drift import FactsDrift
from jobs.network.neighbours import NeighboursAgainstCabling
from jobs.network.ports import PortsInReality
from jobs.network.show_commands import RunShowCommands

JOBS = {
    ConfigurationSnapshot: {},
    FactsDrift: {"correct": ["serial", "software_version", "description"]},
    NeighboursAgainstCabling: {},
    PortsInReality: {},
    RunShowCommands: {"commands": "show version\nshow interfaces\nshow lldp neighbors detail"},
}


# Parts of the secrets, between special characters, where a template may end a value.
PARTS = ("canary", "Pa55", "enab1e")
assert all(any(part in secret for secret in (PASSWORD, ENABLE)) for part in PARTS)


def leaking(dialect):
    """Answers to all that is asked, in which each text that a device may choose is a secret."""
    text = f"{PASSWORD} {ENABLE}"
    port, lldp = {"ios": (ios_port, ios_lldp), "eos": (eos_port, eos_lldp), "junos": (junos_port, junos_lldp)}[dialect]
    number = PORTS[dialect]
    versions = {
        "ios": IOS_VERSION.format(name=PASSWORD).replace("FOC1234X5YZ", ENABLE),
        "eos": f"Arista {PASSWORD}\nSerial number: {ENABLE}\nSoftware image version: {PASSWORD}\n",
        "junos": f"Hostname: {PASSWORD}\nModel: {ENABLE}\nJunos: {PASSWORD}\n",
    }
    vrrp = f'vrrp-group 1 authentication-key "{PASSWORD}"'
    return {
        "show version": versions[dialect],
        "show hostname": f"Hostname: {PASSWORD}\nFQDN: {PASSWORD}\n",
        "show chassis hardware": f"Chassis {ENABLE} {PASSWORD}\n",
        "show interfaces": port(number, description=text) + port(PASSWORD),
        "show lldp neighbors detail": lldp((number, PASSWORD, ENABLE)),
        "show lldp neighbors": lldp((number, PASSWORD, ENABLE)),
        "show cdp neighbors detail": text,
        "show running-config": f"hostname {PASSWORD}\ninterface {number}\n description {text}\n ip address {PASSWORD}\n"
        f"username robot password {PASSWORD}\nenable secret {ENABLE}\n",
        "show configuration": f"system {{\n    login {{\n        password {PASSWORD};\n    }}\n}}\n",
        "show configuration interfaces | display set": f"set interfaces ge-0/0/0 unit 0 family inet address {PASSWORD} {vrrp}\n",
    }


PORTS = {"ios": "GigabitEthernet1/0/1", "eos": "Ethernet1", "junos": "ge-0/0/0"}


@pytest.fixture
def devices(network, simulated, lab):
    """Devices that tell what they were told, and fail in each way in which that could come to light."""
    for name, dialect, values in (
        ("echo", "ios", {"enable": ENABLE, "banner": f"{PASSWORD}\n"}),
        ("eos", "eos", {}),
        ("junos", "junos", {}),
        (
            "described",
            "ios",
            {"answers": {"show interfaces": ios_port(PORTS["ios"], description=f"{PASSWORD} {ENABLE}")}},
        ),
        ("wrong", "ios", {"password": "another", "banner": PASSWORD}),
        ("denied", "ios", {"enable": "another"}),
        ("drop", "ios", {"misbehaves": "drop"}),
        ("rubbish", "ios", {"misbehaves": "rubbish"}),
    ):
        values = {"answers": leaking(dialect), **values}
        (record,) = network.add(*simulated(name=name, dialect=dialect, **values))
        lab.interface(record, PORTS[dialect], type="1000base-t")


@pytest.fixture
def processes(monkeypatch):
    """Arguments and environments of the processes that are started."""
    started, really = [], subprocess.Popen.__init__

    def popen(self, args, *rest, **more):
        started.append((args, more.get("env")))
        really(self, args, *rest, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", popen)
    return started


def contents(files):
    """Files, and those in archives, as text."""
    for name, content in files.items():
        yield name, content.decode("latin-1")
        if name.endswith(".zip"):
            with zipfile.ZipFile(BytesIO(content)) as archive:
                for each in archive.namelist():
                    yield f"{name}: {each}", archive.read(each).decode("latin-1")


def cached():
    """All that is in Redis: the cache of Nautobot, and its queues if they are there."""
    redis = get_redis_connection("default")
    kinds = {b"string": redis.get, b"hash": redis.hgetall, b"set": redis.smembers}
    for key in redis.scan_iter(count=1000):
        kind = redis.type(key)
        read = kinds.get(kind) or (lambda name: redis.lrange(name, 0, -1) if redis.type(name) == b"list" else b"")
        yield f"{key!r} {read(key)!r}"


def tables():
    """The whole database, as the connection of the test sees it."""
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT to_jsonb(each)::text FROM {connection.ops.quote_name(name)} each")
            yield f"table {name}", "\n".join(text for (text,) in cursor)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.__name__)
def test_no_secret_is_left_anywhere(job, run_job, network, devices, processes, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    inputs = {"everything": True, "port": network.port, "device_seconds": 5, "dryrun": False, **JOBS[job]}
    runs = [run_job(job, {name: value for name, value in inputs.items() if name in job._get_vars()}) for _ in range(2)]
    assert [run.exception for run in runs] == [None, None]
    assert runs[1].result["answered"] >= 1  # else there was nothing to leak
    left = {"processes": repr(processes), "log": caplog.text, "output": repr(capfd.readouterr()), **dict(tables())}
    assert len(left["table extras_joblogentry"]) > 1000
    left |= {"cache": "\n".join(cached())}
    assert left["cache"]
    for number, run in enumerate(runs):
        left |= {f"run {number}, {name}": text for name, text in contents(run.files)}
        left |= {f"run {number}, result": json.dumps(run.result)}
    if job is not NeighboursAgainstCabling:  # nothing of such a device is understood
        assert any(name.startswith("run 1, ") and "redacted" in text for name, text in left.items())
    assert [(name, part) for name, text in left.items() for part in PARTS if part in text] == []
