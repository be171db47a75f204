"""What the tests of Jobs that talk to devices share: simulated devices, and records of them with credentials."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `simulated_devices`, which is no test

from simulated_devices import DRIVERS, ENABLE, GIT_PASSWORD, PASSWORD, Device, Simulator, addresses


class Network:
    """Records of simulated devices, with a secrets group whose secrets are in the environment."""

    def __init__(self, lab, monkeypatch):
        from nautobot.extras.models import Secret, SecretsGroup, SecretsGroupAssociation

        self.lab, self._simulators = lab, []
        self.group = SecretsGroup.objects.create(name="Devices")
        for kind, value in (("username", "robot"), ("password", PASSWORD), ("secret", ENABLE)):
            variable = f"TEST_DEVICE_{kind.upper()}"
            monkeypatch.setenv(variable, value)
            secret = Secret.objects.create(
                name=variable, provider="environment-variable", parameters={"variable": variable}
            )
            SecretsGroupAssociation.objects.create(
                secrets_group=self.group, secret=secret, access_type="Generic", secret_type=kind
            )
        self.device_type = lab.device_type("Switch")
        lab.prefix("127.0.0.0/8")
        self.port = 0

    def add(self, *devices, group=True):
        """Make records of them, and serve them; returns the records."""
        simulator = Simulator(devices, self.port)
        self._simulators.append(simulator)
        simulator.__enter__()
        self.port = simulator.port
        return [self.record(device, group=group) for device in devices]

    def record(self, device, *, group=True, **values):
        """The record of a device that is not served."""
        from nautobot.dcim.models import Platform

        driver = DRIVERS[device.dialect]
        platform, _ = Platform.objects.get_or_create(name=driver, defaults={"network_driver": driver})
        made = self.lab.device(
            device.name,
            self.device_type,
            platform=platform,
            secrets_group=self.group if group else None,
            **values,
        )
        address = self.lab.host(f"{device.address}/32", self.lab.interface(made, "Management"))
        made.primary_ip4 = address
        made.validated_save()
        return made

    def close(self):
        for simulator in self._simulators:
            simulator.__exit__()


@pytest.fixture
def network(lab, monkeypatch):
    made = Network(lab, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def simulated():
    """A function that makes simulated devices: ``simulated(3, dialect="eos")``; each has an address and a name of its own."""
    used = iter(addresses(250))

    def run(number=1, **values):
        values = {"password": PASSWORD, **values}
        made = []
        for _ in range(number):
            address = next(used)
            made.append(Device(address, **{"name": f"sw-{address.rpartition('.')[2]}", **values}))
        return made

    return run


class GitServer:
    """A real Git repository over HTTP, to push to, with a password."""

    def __init__(self, folder, password):
        import threading
        from base64 import b64encode
        from wsgiref.simple_server import WSGIRequestHandler, make_server

        from dulwich.repo import Repo

        folder.mkdir()
        self.repository = Repo.init_bare(str(folder))
        self.repository.refs.set_symbolic_ref(b"HEAD", b"refs/heads/main")
        wanted = f"Basic {b64encode(f'git:{password}'.encode()).decode()}"
        self.before_push = None

        def app(environ, start_response):
            if environ.get("HTTP_AUTHORIZATION", "") != wanted:
                start_response("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="git"')])
                return [b""]
            if environ["PATH_INFO"].endswith("/git-receive-pack") and self.before_push:
                self.before_push, act = None, self.before_push
                act()
            kind, content = self._answer(environ)
            start_response("200 OK", [("Content-Type", kind), ("Cache-Control", "no-cache")])
            return [content]

        class Quiet(WSGIRequestHandler):
            def log_message(self, *_):
                pass

        self._server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def _answer(self, environ):
        """Type and content of what git itself answers (gitprotocol-http(5)); its own server, git-http-backend, is not everywhere."""
        import gzip
        import os
        import subprocess

        asked = environ["PATH_INFO"].endswith("/info/refs")
        service = environ["QUERY_STRING"].removeprefix("service=") if asked else environ["PATH_INFO"].rpartition("/")[2]
        assert service in ("git-upload-pack", "git-receive-pack")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        protocol = environ.get("HTTP_GIT_PROTOCOL", "")
        content = subprocess.run(
            [
                "git",
                service.removeprefix("git-"),
                "--stateless-rpc",
                *(["--advertise-refs"] if asked else []),
                self.repository.path,
            ],
            env={**os.environ, "GIT_PROTOCOL": protocol},
            input=gzip.decompress(body) if environ.get("HTTP_CONTENT_ENCODING") == "gzip" else body,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        if not asked:
            return f"application/x-{service}-result", content
        line = f"# service={service}\n"
        announcement = "" if "version=2" in protocol else f"{len(line) + 4:04x}{line}0000"
        return f"application/x-{service}-advertisement", announcement.encode() + content

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def commits(self):
        """Messages of the commits on the branch, the last first."""
        if b"refs/heads/main" not in self.repository.refs:
            return []
        return [entry.commit.message.decode() for entry in self.repository.get_walker([self._head()])]

    def files(self):
        """Content by path, of the last commit."""
        from dulwich.object_store import iter_tree_contents

        store = self.repository.object_store
        tree = store[self._head()].tree
        return {entry.path.decode(): store[entry.sha].data.decode() for entry in iter_tree_contents(store, tree)}

    def commit(self, files, links=None):
        """Somebody else's commit."""
        from dulwich.objects import Blob, Commit, Tree

        store, tree = self.repository.object_store, Tree()
        for name, content in files.items():
            blob = Blob.from_string(content.encode())
            store.add_object(blob)
            tree.add(name.encode(), 0o120000 if name in (links or ()) else 0o100644, blob.id)
        store.add_object(tree)
        made = Commit()
        made.tree = tree.id
        made.parents = [self._head()] if b"refs/heads/main" in self.repository.refs else []
        made.author = made.committer = b"Somebody <somebody@localhost>"
        made.author_time = made.commit_time = 1700000000
        made.author_timezone = made.commit_timezone = 0
        made.message = b"by somebody else"
        store.add_object(made)
        self.repository.refs[b"refs/heads/main"] = made.id

    def _head(self):
        return self.repository.refs[b"refs/heads/main"]


@pytest.fixture
def git_server(tmp_path, monkeypatch, db):
    """The server, and in `git_server.record` Nautobot's record of it, whose secrets group has the password."""
    from nautobot.extras.models import GitRepository, Secret, SecretsGroup, SecretsGroupAssociation

    made = GitServer(tmp_path / "served.git", GIT_PASSWORD)
    group = SecretsGroup.objects.create(name="Git")
    for kind, value in (("username", "git"), ("token", GIT_PASSWORD)):
        monkeypatch.setenv(f"TEST_GIT_{kind.upper()}", value)
        parameters = {"variable": f"TEST_GIT_{kind.upper()}"}
        secret = Secret.objects.create(name=f"git {kind}", provider="environment-variable", parameters=parameters)
        SecretsGroupAssociation.objects.create(
            secrets_group=group, secret=secret, access_type="HTTP(S)", secret_type=kind
        )
    (made.record,) = GitRepository.objects.bulk_create(
        [
            GitRepository(
                name="Configurations",
                slug="configurations",
                remote_url=made.url,
                branch="main",
                secrets_group=group,
                provided_contents=[],
            )
        ]
    )
    yield made
    made.close()
