"""Reachability sweep: real sockets on loopback, what answers, what refuses, what is silent, and what has changed."""

import csv
import io
import json
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from nautobot_dev_tools.pytest_plugin import execute

from jobs.network import reachability
from jobs.network.reachability import ReachabilitySweep
from jobs.toolkit import fleet, probes
from jobs.toolkit.fleet import Guard

NEEDED = {"dcim.view_device": None, "ipam.view_ipaddress": None}
FILES = {"reachability.html", "reachability.md", "reachability.csv", "reachability.json"}
ROOT = Path(__file__).parents[2]


@pytest.fixture
def listen():
    """A function that listens at an address; returns the port. With full=True its queue is full: connections hang."""
    with ExitStack() as stack:

        def run(address, port=0, *, full=False):
            server = stack.enter_context(socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET))
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind((address, port))
            server.listen(0 if full else 100)
            if full:
                for _ in range(3):
                    client = stack.enter_context(socket.socket())
                    client.setblocking(False)
                    client.connect_ex(server.getsockname())
                time.sleep(0.05)
            run.server = server
            return server.getsockname()[1]

        yield run


@pytest.fixture
def device(lab):
    """A function that makes a device with addresses, the first of which is primary."""
    device_type = lab.device_type("Switch")
    lab.prefix("127.0.0.0/8")
    lab.prefix("::1/128")

    def run(name, *addresses):
        made = lab.device(name, device_type)
        for number, text in enumerate(addresses):
            address = lab.host(f"{text}/{128 if ':' in text else 32}", lab.interface(made, f"eth{number}"))
            if not number:
                setattr(made, "primary_ip6" if ":" in text else "primary_ip4", address)
                made.validated_save()
        return made

    return run


@pytest.fixture
def sweep(run_job):
    def run(user=None, **inputs):
        return run_job(ReachabilitySweep, {"everything": True, "seconds": 1, "tries": 1, **inputs}, user=user)

    return run


def states(run):
    return {row["address"]: row["states"] for row in json.loads(run.files["reachability.json"])["addresses"]}


def test_what_answers_and_what_does_not(sweep, device, listen, rows):
    port = listen("127.1.1.1")
    listen("127.1.1.3", port, full=True)
    device("open", "127.1.1.1")
    device("refused", "127.1.1.2")
    device("silent", "127.1.1.3")
    before = rows()
    run = sweep(ports=f"{port}")
    assert rows() == before
    assert (run.status, run.exception, set(run.files)) == ("SUCCESS", None, FILES)
    probe = f"tcp/{port}"
    assert states(run) == {
        "127.1.1.1": {probe: probes.OPEN},
        "127.1.1.2": {probe: probes.REFUSED},
        "127.1.1.3": {probe: probes.SILENT},
    }
    assert {key: run.result[key] for key in ("addresses", "answer", "silent", "lost")} == {
        "addresses": 3,
        "answer": 2,
        "silent": 1,
        "lost": None,
    }
    table = list(csv.DictReader(io.StringIO(run.files["reachability.csv"].decode("utf-8-sig"))))
    assert [(row["device"], row["state"]) for row in sorted(table, key=lambda row: row["device"])] == [
        ("open", "open"),
        ("refused", "refused"),
        ("silent", "no answer"),
    ]
    page = run.files["reachability.html"].decode()
    assert ("silent" in page, "127.1.1.2" in page) == (True, False)


def test_ipv6_all_addresses_and_families(sweep, device, listen):
    port = listen("::1")
    device("six", "::1")
    device("four", "127.1.1.1", "127.1.1.2")
    assert set(states(sweep(ports=f"{port}"))) == {"::1", "127.1.1.1"}
    assert set(states(sweep(ports=f"{port}", all_addresses=True))) == {"::1", "127.1.1.1", "127.1.1.2"}
    run = sweep(ports=f"{port}", family="6")
    assert states(run) == {"::1": {f"tcp/{port}": "open"}}


def test_addresses_of_modules_are_those_of_the_device(sweep, lab):
    lab.prefix("127.0.0.0/8")
    device = lab.device("sw", lab.device_type("Modular", bays=1))
    module = lab.module(device, lab.module_type("Card", management=1))
    lab.host("127.1.1.1/32", module.interfaces.get())
    assert set(states(sweep(all_addresses=True, ports="1"))) == {"127.1.1.1"}


def test_lost_and_regained(sweep, device, listen):
    port = listen("127.1.1.1")
    device("sw", "127.1.1.1")
    first = sweep(ports=f"{port}", fail_at="lost")
    assert (first.status, first.result["lost"]) == ("SUCCESS", None)
    listen.server.close()
    listen("127.1.1.1", port, full=True)
    lost = sweep(ports=f"{port}", fail_at="lost")
    assert (lost.status, lost.result["lost"], lost.result["regained"]) == ("FAILURE", 1, 0)
    assert "127.1.1.1" in lost.files["reachability.md"].decode()
    assert sweep(ports=f"{port}", fail_at="lost").status == "SUCCESS"
    assert sweep(ports=f"{port}", fail_at="silent").status == "FAILURE"
    listen.server.close()
    again = sweep(ports=f"{port}")
    assert (again.result["lost"], again.result["regained"]) == (0, 1)
    assert sweep(ports="1").result["regained"] == 0


ECHO = """
import fcntl, importlib.util, socket, struct, sys
from pathlib import Path
from types import SimpleNamespace
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
Path("/proc/sys/net/ipv4/ping_group_range").write_text("0 0")
spec = importlib.util.spec_from_file_location("package.probes", "jobs/toolkit/probes.py")
sys.modules |= {"package.fleet": SimpleNamespace(Guard=object), "package": SimpleNamespace(__path__=[])}
sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
guard = SimpleNamespace(left=lambda: 5)
print(module.may_ping(), *(module.ping(address, 1, guard).state for address in ("127.0.0.1", "127.2.3.4", "::1")))
"""


def test_echo():
    """In a network of its own, whose setting may be changed without anybody's noticing; where the system has none, as it is."""
    apart = ["unshare", "--map-root-user", "--net"]
    # In a container, the setting may not be changed.
    changed = [*apart, "sh", "-c", "echo 0 0 > /proc/sys/net/ipv4/ping_group_range"]
    if subprocess.run(changed, capture_output=True).returncode == 0:
        ended = subprocess.run([*apart, sys.executable, "-c", ECHO], cwd=ROOT, capture_output=True, text=True)
        assert ended.stdout.split() == ["True", "answers", "answers", "answers"], ended.stderr
    wanted = probes.ANSWERS if probes.may_ping() else probes.NOT_PERMITTED
    assert probes.ping("127.0.0.1", 1, Guard(5)).state == wanted


def test_icmp(sweep, device, monkeypatch):
    device("sw", "127.1.1.1")
    monkeypatch.setattr(probes, "may_ping", lambda: True)
    monkeypatch.setattr(probes, "ping", lambda *_: probes.Answer(probes.ANSWERS, 1.0))
    assert states(sweep(icmp=True, ports="")) == {"127.1.1.1": {"icmp": probes.ANSWERS}}


def test_icmp_where_it_is_not_permitted(sweep, device, monkeypatch):
    device("sw", "127.1.1.1")
    monkeypatch.setattr(probes, "may_ping", lambda: False)
    run = sweep(icmp=True, ports="1")
    assert states(run) == {"127.1.1.1": {"tcp/1": probes.REFUSED}}
    assert "ping_group_range" in run.files["reachability.html"].decode()
    run = sweep(icmp=True, ports="")
    assert (run.status, run.files) == ("FAILURE", {})
    assert "ping_group_range" in run.result["refused"]


def test_what_is_silent_is_tried_again(device, monkeypatch):
    asked = []
    monkeypatch.setattr(probes, "tcp", lambda *args: asked.append(args) or probes.Answer(probes.SILENT))
    questions = reachability._Questions((1,), False, 0.1, 3)
    target = reachability._Address("a", "b", "c", "127.0.0.1", True)
    assert questions.ask(target, Guard(5))["tcp/1"].state == probes.SILENT
    assert len(asked) == 3


def test_hundreds_at_once_take_no_longer_than_one(sweep, device, listen):
    port = listen("127.1.1.1", full=True)
    for number in range(2, 22):
        listen(f"127.1.1.{number}", port, full=True)
        device(f"sw{number}", f"127.1.1.{number}")
    begun = time.monotonic()
    assert sweep(ports=f"{port}", rate=1000).result["silent"] == 20
    assert time.monotonic() - begun < 5


def test_soft_time_limit_keeps_what_is_there(sweep, device, monkeypatch):
    for number in range(1, 5):
        device(f"sw{number}", f"127.1.1.{number}")
    really, seen = fleet.run, []

    def run(*args):
        for outcome in really(*args):
            yield outcome
            seen.append(outcome)
            if len(seen) == 2:
                raise SoftTimeLimitExceeded

    monkeypatch.setattr(reachability.fleet, "run", run)
    found = sweep(ports="1")
    assert (found.status, found.exception, set(found.files)) == ("FAILURE", None, FILES)
    assert (found.result["stopped"], len(states(found))) == (True, 2)


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_user_without_permission(sweep, device, make_user, missing):
    device("sw", "127.1.1.1")
    user = make_user(permissions={name: None for name in NEEDED if name != missing})
    run = sweep(user=user, ports="1")
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert missing in run.result["refused"]


def test_only_what_the_user_may_view(sweep, device, make_user):
    device("seen", "127.1.1.1", "127.1.1.2")
    device("covert", "127.1.1.3")
    permissions = {
        "dcim.view_device": {"name": "seen"},
        "ipam.view_ipaddress": {"host__in": ["127.1.1.2", "127.1.1.3"]},
    }
    run = sweep(user=make_user(permissions=permissions), ports="1", all_addresses=True)
    assert set(states(run)) == {"127.1.1.2"}
    assert not any(b"covert" in content or b"127.1.1.1" in content for content in run.files.values())


def test_empty_database(sweep, db):
    run = sweep()
    assert (run.status, run.result["addresses"], set(run.files)) == ("SUCCESS", 0, FILES)


@pytest.mark.parametrize(
    ("inputs", "word"),
    [
        ({"ports": ""}, "Ports"),
        ({"ports": "22,x"}, "Ports: x"),
        ({"ports": "0"}, "Ports: 0"),
        ({"ports": "65536"}, "65536"),
        ({"ports": ",".join(map(str, range(1, 18)))}, "more than 16"),
        ({"at_once": 0}, "At once"),
        ({"everything": False}, "Nothing is selected"),
    ],
)
def test_bad_input(superuser, inputs, word):
    run = execute(ReachabilitySweep, {"everything": True, **inputs}, superuser)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert word in run.result["refused"]


def test_number_of_queries_is_constant(sweep, device):
    counts = []
    for network, number in ((1, 5), (2, 20)):
        for index in range(number):
            device(f"sw{network}-{index}", f"127.{network}.0.{index + 1}")
        for _ in range(2):
            run = sweep(ports="1", all_addresses=True, rate=1000)
        counts.append(run.query_count)
    assert counts[0] == counts[1]
