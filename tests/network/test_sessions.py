"""Sessions with simulated devices: real SSH, three dialects, and all that goes wrong with devices."""

import logging
import time

import pytest
from simulated_devices import DRIVERS, ENABLE, PASSWORD, Simulator

from jobs.toolkit import fleet, sessions
from jobs.toolkit.credentials import Credentials
from jobs.toolkit.fleet import Limits
from jobs.toolkit.network_devices import KNOWN_KEYS, Target

LIMITS = Limits(at_once=20, starts=100, target_seconds=8, run_seconds=60)


@pytest.fixture
def ask():
    """A function that serves devices, sends each a command, and returns outcomes by name."""

    def run(*devices, command="show version", limits=LIMITS, password=PASSWORD, **options):
        with Simulator(devices) as simulator:
            targets = [
                Target(
                    pk=device.name,
                    name=device.name,
                    location="AMS01",
                    address=device.address,
                    port=simulator.port,
                    driver=DRIVERS[device.dialect],
                    credentials=Credentials("robot", password, ENABLE),
                    host_keys=options.get("keys", {}).get(device.name, ()),
                )
                for device in devices
            ]
            found = sessions.run(
                lambda session: (session.ask(command), session.host_key),
                targets,
                limits,
                host_keys=options.get("host_keys", ""),
            )
            return {outcome.target.name: outcome for outcome in found}, simulator

    return run


def test_dialects(ask, simulated):
    devices = [simulated(dialect=dialect, name=dialect, latency=0.1)[0] for dialect in DRIVERS]
    found, simulator = ask(*devices)
    assert {name: outcome.cause for name, outcome in found.items()} == dict.fromkeys(DRIVERS, "")
    for name, word in (("ios", "15.2(7)E3"), ("eos", "4.28.3M"), ("junos", "21.4R3.15")):
        answer, key = found[name].value
        assert word in answer
        assert "show version" not in answer
        assert key == simulator.fingerprint
    assert not any(device.configured for device in devices)


def test_whatever_goes_wrong_with_one_device_costs_no_other(ask, simulated):
    kinds = ("", "refuse", "silent", "hang", "drop", "rubbish", "slow")
    devices = [simulated(name=kind or "fine", misbehaves=kind)[0] for kind in kinds]
    devices += simulated(name="password", password="another")
    found, _ = ask(*devices, limits=Limits(at_once=20, starts=100, target_seconds=2.5, run_seconds=60))
    assert {name: outcome.cause for name, outcome in found.items()} == {
        "fine": "",
        "refuse": fleet.REFUSED,
        "silent": fleet.TIMEOUT,
        "hang": fleet.TIMEOUT,
        "drop": fleet.DROPPED,
        "rubbish": "",
        "slow": "",
        "password": fleet.AUTHENTICATION,
    }
    assert "15.2(7)E3" in found["slow"].value[0]
    assert all(outcome.message for outcome in found.values() if outcome.cause)
    assert not any(PASSWORD in repr(outcome) or ENABLE in repr(outcome) for outcome in found.values())


def test_network_that_is_unreachable(ask):
    target = Target("a", "a", "AMS01", "255.255.255.255", 22, "cisco_ios", credentials=Credentials("a", "b"))
    (outcome,) = sessions.run(lambda session: None, [target], LIMITS)
    assert outcome.cause == fleet.UNREACHABLE


def test_banner_and_paging(ask, simulated):
    lines = "".join(f"line {number}\n" for number in range(200))
    devices = [
        simulated(name=dialect, dialect=dialect, answers={"show long": lines}, banner="*** Keep out # > $ ***\n")[0]
        for dialect in DRIVERS
    ]
    found, _ = ask(*devices, command="show long")
    for outcome in found.values():
        assert outcome.cause == ""
        assert [line.strip() for line in outcome.value[0].splitlines() if line.strip()] == lines.splitlines()


def test_prompt_in_the_middle_of_an_answer(ask, simulated):
    answer = "before\nhostname sw\nsw# is not the end\nafter\n"
    found, _ = ask(*simulated(name="sw", answers={"show x": answer}), command="show x")
    assert found["sw"].value[0].split() == answer.split()


def test_privileged_mode(ask, simulated):
    right, wrong = simulated(name="right", enable=ENABLE)[0], simulated(name="wrong", enable="another")[0]
    found, _ = ask(right, wrong)
    assert found["right"].cause == ""
    assert found["wrong"].cause == fleet.AUTHENTICATION


def test_hundred_megabytes(ask, simulated):
    begun = time.monotonic()
    found, _ = ask(*simulated(name="flood", misbehaves="flood"), *simulated(name="fine"))
    assert (found["flood"].cause, found["fine"].cause) == (fleet.TOO_MUCH, "")
    assert time.monotonic() - begun < 10


def test_host_keys(ask, simulated):
    first, second, third = (simulated(name=name)[0] for name in ("fingerprint", "key", "none"))
    whole = Simulator.key.export_public_key().decode()
    keys = {"fingerprint": (Simulator.key.get_fingerprint(),), "key": (whole,), "none": ("SHA256:other",)}
    found, _ = ask(first, second, third, keys=keys, host_keys=KNOWN_KEYS)
    assert {name: outcome.cause for name, outcome in found.items()} == {
        "fingerprint": "",
        "key": "",
        "none": fleet.HOST_KEY,
    }
    assert third.logins == 0


def test_nothing_of_the_worker_is_used(ask, simulated, monkeypatch, tmp_path):
    """Neither keys nor known hosts of its home, nor an agent."""
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_ed25519").write_bytes(Simulator.key.export_private_key())
    (tmp_path / ".ssh" / "known_hosts").write_text("* ssh-ed25519 AAAA\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
    (device,) = simulated(name="sw")
    found, _ = ask(device)
    assert (found["sw"].cause, device.keys, device.logins) == ("", 0, 1)


def test_unsuitable_devices_are_not_connected_to():
    targets = [
        Target("a", "a", "", unsuitable="It has no platform."),
        Target("b", "b", "", "127.0.0.1", 1, "cisco_ios_telnet", credentials=Credentials("a", "b")),
    ]
    found = list(sessions.run(lambda session: None, targets, LIMITS))
    assert [outcome.cause for outcome in found] == [fleet.UNSUITABLE] * 2
    assert found[0].message == "It has no platform."


def test_task_that_fails(ask, simulated, caplog):
    (device,) = simulated(name="sw")
    with Simulator([device]) as simulator, caplog.at_level(logging.DEBUG):
        target = Target(
            "sw", "sw", "", device.address, simulator.port, "cisco_ios", credentials=Credentials("robot", PASSWORD)
        )
        (outcome,) = sessions.run(lambda session: {}[PASSWORD], [target], LIMITS)
    assert (outcome.cause, "KeyError" in outcome.message) == (fleet.ERROR, True)
    assert PASSWORD not in outcome.message + caplog.text


def test_two_hundred_at_once(ask, simulated):
    found, _ = ask(
        *simulated(200, latency=0.5),
        limits=Limits(at_once=200, starts=1000, target_seconds=40, run_seconds=60),
    )
    assert [outcome.message for outcome in found.values() if outcome.cause] == []
    assert len(found) == 200
