"""Git remotes, over real HTTP: credentials reach the server and nothing else, and limits hold."""

import os
import subprocess
import time
from urllib.parse import urlsplit

import pytest
from nautobot.extras.models import GitRepository, Secret, SecretsGroup, SecretsGroupAssociation

from jobs.toolkit import processes, remotes
from jobs.toolkit.processes import LimitError
from jobs.toolkit.remotes import Remote, RemoteError, is_commit

PASSWORD = "hun/ter@2"


@pytest.fixture
def record(db, monkeypatch):
    """A function that makes the record of a Git repository, with a user name and a token from a secrets group."""

    def run(url, user="svc", token=None, **values):
        group = None
        if token:
            group = SecretsGroup.objects.create(name="git")
            for kind, value in (("username", user), ("token", token)):
                if value:
                    monkeypatch.setenv(f"REMOTE_{kind.upper()}", value)
                    secret = Secret.objects.create(
                        name=kind, provider="environment-variable", parameters={"variable": f"REMOTE_{kind.upper()}"}
                    )
                    SecretsGroupAssociation.objects.create(
                        secrets_group=group, secret=secret, access_type="HTTP(S)", secret_type=kind
                    )
        (made,) = GitRepository.objects.bulk_create(
            [GitRepository(name="one", slug="one", remote_url=url, secrets_group=group, **values)]
        )
        return made

    return run


def test_branches_and_tags(served, record):
    first = served.commit({"a.txt": "1"}, tag="v1")
    second = served.commit({"a.txt": "2"})
    with served.serve() as (url, _):
        remote = Remote(record(url), 20)
        assert (remote.head("v1"), remote.head("main"), remote.head("nowhere")) == (first, second, "")


def test_credentials_reach_the_server_and_no_argument(served, record, monkeypatch):
    commit = served.commit({"a.txt": "1"})
    arguments, really = [], subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda command, **rest: arguments.append(command) or really(command, **rest)
    )
    with served.serve(f"svc:{PASSWORD}") as (url, seen):
        assert Remote(record(url, token=PASSWORD), 20).head("main") == commit
    assert any(seen)
    assert PASSWORD not in str(arguments)
    assert "svc" not in str(arguments)


def test_settings_of_the_worker_stay(served, record, monkeypatch):
    commit = served.commit({"a.txt": "1"})
    with served.serve(f"svc:{PASSWORD}") as (url, _):
        # There is no such path but by a setting of the worker's.
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{url}.insteadOf")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"{url}-alias")
        assert Remote(record(f"{url}-alias", token=PASSWORD), 20).head("main") == commit


def test_refused_credentials_are_not_told(served, record):
    served.commit({"a.txt": "1"})
    with served.serve("svc:other") as (url, _), pytest.raises(RemoteError) as caught:
        Remote(record(url, token=PASSWORD), 20).head("main")
    assert urlsplit(url).netloc in str(caught.value)
    for secret in (PASSWORD, "hun%2Fter%402", "svc"):
        assert secret not in str(caught.value)


def test_token_alone(served, record):
    commit = served.commit({"a.txt": "1"})
    with served.serve(f"{PASSWORD}:") as (url, _):
        assert Remote(record(url, user=None, token=PASSWORD), 20).head("main") == commit


@pytest.mark.parametrize("url", ["file:///etc", "ssh://git@example.com/a", "/etc", "ext::sh -c true"])
def test_other_protocols(record, url):
    with pytest.raises(RemoteError):
        Remote(record(url), 1).head("main")


@pytest.mark.parametrize("name", ["--upload-pack=touch x", "", "a b", "-x"])
def test_names_that_git_would_take_for_options(record, name):
    with pytest.raises(RemoteError):
        Remote(record("http://127.0.0.1:9/a"), 1).head(name)


def test_fetch_within_a_size(served, record, tmp_path):
    commit = served.commit({"a.txt": "1"})
    (tmp_path / "clone").mkdir()
    with served.serve() as (url, _):
        remote = Remote(record(url), 20)
        remote.git("init", "--quiet", str(tmp_path / "clone"))
        with pytest.raises(RemoteError, match="MiB"):
            remote.fetch(tmp_path / "clone", commit, 10)
        remote.fetch(tmp_path / "clone", commit, 10 << 20)
        assert remote.has(tmp_path / "clone", commit)
        assert not remote.has(tmp_path / "clone", "0" * 40)


def test_time_is_over(tmp_path):
    """All that the program has started ends with it."""
    marker = tmp_path / "marker"
    begun = time.monotonic()
    with pytest.raises(LimitError):
        processes.run(
            ["sh", "-c", f"(sleep 1; touch {marker}) & wait"], environment={"PATH": os.environ["PATH"]}, seconds=0.3
        )
    assert time.monotonic() - begun < 0.9
    time.sleep(1.2)
    assert not marker.exists()


def test_what_is_a_commit():
    assert [name for name in ("main", "beef", "abc", "0" * 40, "0" * 41, "v1.2") if is_commit(name)] == [
        "beef",
        "0" * 40,
    ]
    assert remotes.RemoteError.__mro__[1].__name__ == "RefusalError"
