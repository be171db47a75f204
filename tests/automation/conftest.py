"""What the tests of automation share: real servers for what is sent out, a Git repository at a real server, manifests."""

import json
import ssl
import threading
from base64 import b64encode
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.uploadedfile import SimpleUploadedFile
from nautobot_dev_tools.gitserver import WorkingTree
from nautobot_dev_tools.project import Project

from jobs.automation.apply_manifest import ApplyAutomationManifest
from jobs.automation.export_manifest import ExportAutomationManifest

# Servers that receive what is sent out


class Web(ThreadingHTTPServer):
    """Keeps what it is sent, and gives the answers that a test has put into `answers`, then 200."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Web)
        self.requests, self.answers = [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        """Whoever does not trust the certificate hangs up: no noise about it."""


class _Web(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, dict(self.headers), json.loads(body) if body else None))
        status, headers, text = self.server.answers.pop(0) if self.server.answers else (200, {}, "ok")
        if callable(text):
            text = text(self)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_POST = do_PUT = do_GET = answer  # noqa: N815  (names of http.server)

    def log_message(self, *_):
        pass


class Mail(ThreadingTCPServer):
    """A mail server: keeps the mails, and answers to a command as a test has put it into `answers`, by the command."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Mail)
        self.mails, self.answers = [], {}


class _Mail(StreamRequestHandler):
    def handle(self):
        self.say("220 test")
        to = []
        while line := self.rfile.readline():
            command = line.decode().strip()
            verb = command[:4].upper()
            if answers := self.server.answers.get(verb):
                answer = answers.pop(0)
                if answer is None:
                    return
                self.say(answer)
            elif verb == "RCPT":
                to.append(command.partition("<")[2].partition(">")[0])
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                content = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    content += line[1:] if line.startswith(b"..") else line
                self.server.mails.append((to, message_from_bytes(content, policy=policy.default)))
                to = []
                self.say("250 ok")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def _serving(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def web():
    with _serving(Web()) as server:
        yield server


@pytest.fixture
def tls_web(tmp_path):
    """The same with TLS, and a certificate of its own that only `tls_web.ca` makes a trusted one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    ca.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca, private)
    with _serving(Web()) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.ca = str(ca)
        yield server


@pytest.fixture
def mail_server(settings):
    """Nautobot's settings of mail lead to it."""
    with _serving(Mail()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        yield server


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that a delivery would make, instead of making them."""
    made = []
    monkeypatch.setattr("jobs.toolkit.delivery.time.sleep", made.append)
    return made


# A served Git repository


class Served:
    """A repository: write files, commit, serve."""

    def __init__(self, root):
        self.project = Project(root)
        self.project.make_state()
        self.tree = WorkingTree(self.project)

    def commit(self, files, tag=None):
        """Commit these files, in addition to those that are there; None deletes one."""
        import git

        for name, text in files.items():
            path = self.project.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        commit = self.tree.commit()
        if tag:
            git.Repo(self.tree.shadow).create_tag(tag, commit)
        return str(commit)

    @contextmanager
    def serve(self, password=None):
        """Serve what was committed; yields the URL and the `Authorization` headers that came."""
        with self.tree.server("127.0.0.1", 0) as server:
            inner, seen = server.get_app(), []

            def app(environ, start_response):
                seen.append(environ.get("HTTP_AUTHORIZATION", ""))
                if password and seen[-1] != f"Basic {b64encode(password.encode()).decode()}":
                    start_response("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="git"')])
                    return [b""]
                return inner(environ, start_response)

            server.set_app(app)
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}{self.tree.path}", seen
            finally:
                server.shutdown()
                thread.join()


@pytest.fixture
def served(tmp_path):
    root = tmp_path / "repository"
    root.mkdir()
    return Served(root)


# Manifests


@pytest.fixture
def upload():
    """A function that makes an uploaded file."""
    return lambda text, name="automation.yml": SimpleUploadedFile(name, text.encode())


@pytest.fixture
def apply(run_job, upload):
    """A function that applies a manifest: ``apply("groups: [a]", user=None, dryrun=False, prune=False)``."""

    def run(text, *, user=None, dryrun=False, **inputs):
        values = {"manifest_file": upload(f"manifest: test\n{text}"), "dryrun": dryrun, **inputs}
        return run_job(ApplyAutomationManifest, values, user=user)

    return run


@pytest.fixture
def applied(apply):
    """A function that applies a manifest, sees that a second time changes nothing, and returns the run."""

    def run(text, **inputs):
        found = apply(text, **inputs)
        assert found.status == "SUCCESS", (found.messages(), found.exception)
        again = apply(text, **inputs)
        assert (again.status, again.result["changes"]) == ("SUCCESS", 0), again.messages()
        return found

    return run


@pytest.fixture
def refused(apply, rows):
    """A function that applies a manifest that cannot be applied, and returns what the user is told."""

    def run(text, **inputs):
        before = rows()
        found = apply(text, **inputs)
        assert (found.exception, found.status) == (None, "FAILURE")
        assert rows() == before
        return "\n".join(found.messages("failure"))

    return run


@pytest.fixture
def exported(run_job):
    """A function that exports the present state, and returns the file."""

    def run(*, user=None, **inputs):
        found = run_job(ExportAutomationManifest, inputs, user=user)
        assert found.status == "SUCCESS", (found.messages(), found.exception)
        return found.files["automation.yml"].decode()

    return run
