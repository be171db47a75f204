"""Configuration snapshot: simulated devices, and a real Git repository over HTTP that is pushed to."""

import io
import logging
import subprocess
import zipfile
from pathlib import Path

import pytest
from nautobot_dev_tools.git_program import install_transport
from nautobot_dev_tools.pytest_plugin import execute
from simulated_devices import ENABLE, PASSWORD

from jobs.network.configuration_snapshot import ConfigurationSnapshot

NEEDED = {"dcim.view_device": None, "ipam.view_ipaddress": None, "extras.view_secretsgroup": None}
FILES = {"configurations.zip", "configurations.html", "configurations.md"}
IOS = """Building configuration...

Current configuration : 1234 bytes
!
! Last configuration change at 10:00:{second} UTC Mon Jan 1 2024 by admin
hostname {name}
username admin secret 9 $9$canary$hash
snmp-server community canary-community RO
enable secret canary-enable
interface Gi1
 description {description}
end
"""
JUNOS = """## Last commit: 2024-01-01 10:00:00 UTC by admin
version 21.4;
system {{
    host-name {name};
    root-authentication {{
        encrypted-password "$6$canary$hash"; ## SECRET-DATA
    }}
}}
"""


def ios(name, second=1, description="uplink"):
    return {"show running-config": IOS.format(name=name, second=second, description=description)}


def archive(run):
    with zipfile.ZipFile(io.BytesIO(run.files["configurations.zip"])) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist() if name != "results.json"}


@pytest.fixture
def snapshot(run_job, network):
    """A function that runs the Job over all devices."""

    def run(user=None, **inputs):
        values = {"everything": True, "port": network.port or None, "device_seconds": 5, "dryrun": False}
        return run_job(ConfigurationSnapshot, {**values, **inputs}, user=user)

    return run


def test_files_with_secrets_masked(snapshot, network, simulated, rows):
    first, second = simulated(name="one", answers=ios("one"))[0], simulated(name="two", dialect="junos")[0]
    second.answers["show configuration"] = JUNOS.format(name="two")
    network.add(first, second)
    before = rows()
    run = snapshot()
    assert rows() == before
    assert (run.status, run.exception, set(run.files)) == ("SUCCESS", None, FILES)
    files = archive(run)
    assert set(files) == {"one.cfg", "two.cfg"}
    assert files["one.cfg"].startswith("!\nhostname one\nusername admin secret 9 (masked)\n")
    assert not any("canary" in text for text in files.values())
    assert (run.result["new"], run.result["changed"], run.result["commit"]) == (2, 0, None)
    assert not first.configured


def test_differences(snapshot, network, simulated):
    (device,) = simulated(name="one", answers=ios("one"))
    network.add(device)
    snapshot()
    device.answers = ios("one", second=2)
    assert snapshot().result["changed"] == 0
    device.answers = ios("one", second=3, description="downlink")
    run = snapshot()
    assert (run.result["changed"], run.result["new"]) == (1, 0)
    assert "- description uplink" in run.files["differences.diff"].decode()
    assert "+ description downlink" in run.files["differences.diff"].decode()


def test_configuration_that_is_not_shown(snapshot, network, simulated):
    network.add(*simulated(name="one"), *simulated(name="two", answers=ios("two")))
    run = snapshot()
    assert (run.status, run.result["causes"]) == ("FAILURE", {"not shown": 1})
    assert set(archive(run)) == {"two.cfg"}


def test_platform_without_a_command(snapshot, network, simulated):
    from nautobot.dcim.models import Platform

    network.add(*simulated(name="one", answers=ios("one")))
    Platform.objects.update(network_driver="linux")
    run = snapshot()
    assert (run.status, run.result["not_asked"]) == ("SUCCESS", 1)


def test_commit(snapshot, network, simulated, git_server):
    one, two = simulated(name="one", answers=ios("one"))[0], simulated(name="two", answers=ios("two"))[0]
    network.add(one, two)
    git_server.commit({"README": "mine"})
    dry = snapshot(repository=git_server.record, dryrun=True)
    assert (dry.status, dry.result["commit"], len(git_server.commits())) == ("SUCCESS", None, 1)

    run = snapshot(repository=git_server.record, folder="network/emea")
    assert (run.status, run.exception, run.messages("failure")) == ("SUCCESS", None, [])
    assert set(git_server.files()) == {"README", "network/emea/one.cfg", "network/emea/two.cfg"}
    assert len(git_server.commits()) == 2

    again = snapshot(repository=git_server.record, folder="network/emea")
    assert (again.status, again.result["commit"], len(git_server.commits())) == ("SUCCESS", "", 2)

    one.answers, two.misbehaves = ios("one", description="downlink"), "refuse"
    two.password = "another"
    run = snapshot(repository=git_server.record, folder="network/emea")
    assert (run.status, len(git_server.commits())) == ("FAILURE", 3)
    message = git_server.commits()[0]
    assert message.startswith("Configurations of 1 devices: 1 changed, 0 new\n\n- one\n")
    assert "Run by: superuser" in message
    assert run.result["commit"] in run.files["configurations.html"].decode()
    files = git_server.files()
    assert "downlink" in files["network/emea/one.cfg"]
    assert "hostname two" in files["network/emea/two.cfg"]


def test_commit_where_git_speaks_http_by_the_workbench(snapshot, network, simulated, git_server, monkeypatch, tmp_path):
    """As on a machine without git: the one that is fetched there has no transport of its own."""
    theirs = subprocess.run(["git", "--exec-path"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    for program in Path(theirs).iterdir():
        if not program.name.startswith("git-remote-http"):
            (tmp_path / program.name).symlink_to(program)
    install_transport(tmp_path)
    monkeypatch.setenv("GIT_EXEC_PATH", str(tmp_path))
    (one,) = simulated(name="one", answers=ios("one"))
    network.add(one)
    git_server.commit({"README": "mine"})
    assert snapshot(repository=git_server.record).status == "SUCCESS"
    assert {"README", "configurations/one.cfg"} <= set(git_server.files())
    monkeypatch.setenv("TEST_GIT_TOKEN", "wrong")
    one.answers["show running-config"] += "! changed\n"
    refused = snapshot(repository=git_server.record)
    assert (refused.status, refused.exception, len(git_server.commits())) == ("FAILURE", None, 2)


def test_empty_repository(snapshot, network, simulated, git_server):
    network.add(*simulated(name="one", answers=ios("one")))
    assert snapshot(repository=git_server.record).status == "SUCCESS"
    assert set(git_server.files()) == {"configurations/one.cfg"}


def test_somebody_else_pushes_first(snapshot, network, simulated, git_server):
    network.add(*simulated(name="one", answers=ios("one")))
    git_server.commit({"README": "mine"})
    git_server.before_push = lambda: git_server.commit({"README": "theirs"})
    run = snapshot(repository=git_server.record)
    assert (run.status, run.messages("failure")) == ("SUCCESS", [])
    assert git_server.files() == {"README": "theirs", "configurations/one.cfg": archive(run)["one.cfg"]}
    assert len(git_server.commits()) == 3


def test_links_in_the_repository_lead_nowhere(snapshot, network, simulated, git_server, tmp_path):
    network.add(*simulated(name="one", answers=ios("one")))
    (tmp_path / "outside").mkdir()
    git_server.commit({"configurations": str(tmp_path / "outside")}, links=["configurations"])
    run = snapshot(repository=git_server.record)
    assert run.status == "SUCCESS"
    assert list((tmp_path / "outside").iterdir()) == []
    assert set(git_server.files()) == {"configurations/one.cfg"}


def test_repository_that_does_not_answer(snapshot, network, simulated, git_server, monkeypatch):
    network.add(*simulated(name="one", answers=ios("one")))
    monkeypatch.setenv("TEST_GIT_TOKEN", "wrong-canary")
    run = snapshot(repository=git_server.record)
    assert (run.status, run.exception, run.result["commit"]) == ("FAILURE", None, None)
    assert set(run.files) >= FILES
    assert "canary" not in str(run.messages())


@pytest.mark.parametrize(
    ("permissions", "word"),
    [
        ({}, "extras.change_gitrepository"),
        ({"extras.change_gitrepository": {"name": "another"}}, "may change"),
        ({"extras.view_gitrepository": None}, "extras.change_gitrepository"),
    ],
)
def test_who_may_push(snapshot, network, simulated, git_server, make_user, permissions, word):
    (device,) = simulated(name="one", answers=ios("one"))
    network.add(device)
    run = snapshot(user=make_user(permissions={**NEEDED, **permissions}), repository=git_server.record)
    assert (run.status, run.files, device.logins, git_server.commits()) == ("FAILURE", {}, 0, [])
    assert word in run.result["refused"]


def test_repository_of_jobs_is_refused(snapshot, network, git_server):
    type(git_server.record).objects.update(provided_contents=["extras.job"])
    assert "provides Jobs" in snapshot(repository=git_server.record).result["refused"]


def test_no_secret_is_left_anywhere(snapshot, network, simulated, git_server, caplog, capfd, monkeypatch):
    caplog.set_level(logging.DEBUG)
    leak = f"username robot password {PASSWORD}\n description {ENABLE} {PASSWORD}\n"
    answers = {"show running-config": ios("one")["show running-config"] + leak}
    network.add(*simulated(name="one", enable=ENABLE, answers=answers))
    seen = []
    really = subprocess.Popen.__init__

    def popen(self, args, *rest, **more):
        seen.append(args)
        really(self, args, *rest, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", popen)
    run = snapshot(repository=git_server.record)
    assert run.status == "SUCCESS"
    assert any("push" in args for args in seen)
    left = [repr(seen), caplog.text, repr(capfd.readouterr()), *archive(run).values(), *git_server.files().values()]
    left += [content.decode("latin-1") for content in run.files.values()] + git_server.commits()
    left += [str(entry.message) for entry in run.logs] + [str(run.result)]
    assert not any("canary" in text for text in left)


def test_names_of_files_stay_the_same(snapshot, network, simulated, lab):
    first, second = simulated(name="twin")[0], simulated(name="other")[0]
    first.answers, second.answers = ios("twin"), ios("other")
    records = network.add(first, second)
    lab.force(records[1], name="TWIN")
    both = set(archive(snapshot()))
    assert both == {f"twin_{str(records[0].pk)[:8]}.cfg", f"TWIN_{str(records[1].pk)[:8]}.cfg"}
    from nautobot.extras.models import Tag

    tag = Tag.objects.create(name="one")
    tag.content_types.set([])
    records[0].tags.add(tag)
    alone = snapshot(everything=False, tags=[tag])
    assert set(archive(alone)) <= both


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_user_without_permission(snapshot, network, simulated, make_user, missing):
    (device,) = simulated(name="one", answers=ios("one"))
    network.add(device)
    run = snapshot(user=make_user(permissions={name: None for name in NEEDED if name != missing}))
    assert (run.status, run.exception, run.files, device.logins) == ("FAILURE", None, {}, 0)
    assert missing in run.result["refused"]


def test_empty_database(run_job, db):
    run = run_job(ConfigurationSnapshot, {"everything": True, "dryrun": False})
    assert (run.status, run.result["devices"]) == ("SUCCESS", 0)


@pytest.mark.parametrize(
    "folder", ["../etc", "/../x", "a/../b", ".git", "a/.git/b", "a b", "-x", "a//b", "x" * 101, "é"]
)
def test_bad_folder(superuser, folder):
    run = execute(ConfigurationSnapshot, {"everything": True, "folder": folder}, superuser)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "Folder" in run.result["refused"]


def test_number_of_queries_is_constant(run_job, network, simulated):
    counts = []
    for number in (5, 20):
        for device in simulated(number):
            network.record(device)
        for _ in range(2):
            run = run_job(ConfigurationSnapshot, {"everything": True, "port": 1, "at_once": 200})
        counts.append(run.query_count)
    assert counts[0] == counts[1]
