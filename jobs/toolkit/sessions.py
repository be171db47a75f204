"""SSH sessions with devices: nornir runs them over `fleet`, netmiko speaks with them, within limits of time and size.

Nothing of the worker's own is used: no keys and no known hosts from its home, no agent, no configuration of SSH.
"""

from __future__ import annotations

import codecs
import logging
import re
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from . import fleet
from .fleet import Guard, Limits, Outcome, TargetError
from .network_devices import KNOWN_KEYS, Target

# Of one answer, and of all answers of one session.
MOST_BYTES = 4 << 20
MOST_SESSION_BYTES = 8 << 20
_CONNECT_SECONDS = 10.0
_BANNER_SECONDS = 15.0
_CHUNK = 256 << 10
# What these say at lower levels may be what a device was told.
_LOUD = {"netmiko": logging.WARNING, "nornir": logging.CRITICAL, "paramiko": logging.CRITICAL}


@dataclass
class Session:
    """An open session.

    Args:
        target: the device.
        connection: netmiko's.
        guard: its time.
        host_key: fingerprint of the device's, "SHA256:…".
        prompt: that the device ends its answers with.
    """

    target: Target
    connection: Any
    guard: Guard
    host_key: str
    prompt: str

    def ask(self, command: str) -> str:
        """Send a command, and return what the device answers. Nothing here looks at what it is that is sent.

        Raises:
            TargetError: no answer in time, too much of it, or none at all. What the device sends after that is unknown: the
                session is of no more use.
        """
        with _told():
            self.connection.channel.begin()
            return self.connection.send_command(
                command,
                expect_string=re.escape(self.prompt) + r"\s*\Z",
                read_timeout=self.guard.left(),
                strip_prompt=True,
                strip_command=True,
            )


def run(
    task: Callable[[Session], Any],
    targets: Sequence[Target],
    limits: Limits,
    *,
    host_keys: str = "",
    wanted: Callable[[Target], bool] | None = None,
) -> Generator[Outcome, None, None]:
    """Connect to devices and call the task with each session, in threads; yields outcomes as devices finish (see `fleet.run`).

    Args:
        task: returns plain values.
        targets: those that are `unsuitable` come first, and are not connected to.
        limits: of number and time.
        host_keys: KNOWN_KEYS for only those that the config context names.
        wanted: asked about each when it is its turn, in the thread that reads the outcomes; of those that it does not want none comes.
    """
    from nornir.core import Nornir
    from nornir.core.inventory import Defaults, Host, Hosts, Inventory
    from nornir.core.task import Result

    def ask(of_nornir: Any, guard: Guard) -> Any:
        target = of_nornir.host.data["target"]
        try:
            with opened(target, guard, known=host_keys == KNOWN_KEYS) as session:
                return Result(host=of_nornir.host, result=task(session))
        except TargetError as error:
            return Result(host=of_nornir.host, result=error)
        except Exception as error:  # nornir would write a traceback to the worker's log
            name = type(error).__name__
            return Result(host=of_nornir.host, result=TargetError(fleet.ERROR, f"It failed unexpectedly ({name})."))

    for target in targets:
        if target.unsuitable and (wanted is None or wanted(target)):
            yield Outcome(target, cause=fleet.UNSUITABLE, message=target.unsuitable)
    hosts = {
        each.pk: Host(name=each.pk, hostname=each.address, port=each.port, platform=each.driver, data={"target": each})
        for each in targets
        if not each.unsuitable
    }
    runner = FleetRunner(limits, wanted)
    with _quiet():
        Nornir(Inventory(Hosts(hosts), defaults=Defaults()), runner=runner).run(ask)
        yield from runner.outcomes


class FleetRunner:
    """A runner of nornir's whose results are not collected but read from `outcomes`, as they come; nothing runs before."""

    def __init__(self, limits: Limits, wanted: Callable[[Target], bool] | None = None) -> None:
        self._limits, self._wanted = limits, wanted
        self.outcomes: Iterator[Outcome] = iter(())

    def run(self, task: Any, hosts: list[Any]) -> Any:
        """What nornir calls."""
        from nornir.core.task import AggregatedResult

        def start(host: Any, guard: Guard) -> Any:
            own = task.copy()
            own.params = {**own.params, "guard": guard}
            result = own.start(host)[0].result
            if isinstance(result, TargetError):
                raise result
            return result

        self.outcomes = self._read(start, hosts)
        return AggregatedResult(task.name)

    def _read(self, start: Callable[[Any, Guard], Any], hosts: list[Any]) -> Iterator[Outcome]:
        turns = (host for host in hosts if self._wanted is None or self._wanted(host.data["target"]))
        with closing(fleet.run(start, turns, self._limits)) as outcomes:
            for outcome in outcomes:
                yield replace(outcome, target=outcome.target.data["target"])


@contextmanager
def opened(target: Target, guard: Guard, *, known: bool) -> Iterator[Session]:
    """A session with a device, closed at the end of the block.

    Raises:
        TargetError: it could not be opened; the message says why.
    """
    from netmiko import ConnectHandler
    from netmiko.ssh_dispatcher import CLASS_MAPPER

    if target.driver not in CLASS_MAPPER or target.driver.endswith(("_telnet", "_serial")):
        raise TargetError(fleet.UNSUITABLE, f"netmiko has no SSH driver {target.driver}.")
    if target.credentials is None:
        raise TargetError(fleet.UNSUITABLE, target.unsuitable or "There are no credentials.")
    line = _line(target, guard)
    connection: Any = None
    try:
        keys = _Keys(target, known)
        left = guard.left()
        with _told(waiting=min(left, _BANNER_SECONDS)):
            connection = ConnectHandler(
                device_type=target.driver,
                host=target.address,
                port=target.port,
                username=target.credentials.username,
                password=target.credentials.password,
                secret=target.credentials.enable,
                sock=line,
                auto_connect=False,
                conn_timeout=left,
                auth_timeout=left,
                banner_timeout=min(left, _BANNER_SECONDS),
                blocking_timeout=left,
            )
            connection.key_policy = keys
            connection._modify_connection_params()
            connection.establish_connection()
        with _told():
            connection.channel = _Channel(connection.channel.remote_conn, guard)
            connection._try_session_preparation()
            prompt = connection.find_prompt()
            if prompt.endswith(">") and target.credentials.enable:
                _enable(connection)
                prompt = connection.find_prompt()
        yield Session(target, connection, guard, keys.seen, prompt)
    finally:
        _hang_up(line)
        if connection is not None:
            connection.cleanup = lambda *_, **__: None  # no farewell to whom nobody listens any more
            connection.disconnect()


def _line(target: Target, guard: Guard) -> socket.socket:
    try:
        line = socket.create_connection((target.address, target.port), timeout=min(guard.left(), _CONNECT_SECONDS))
    except ConnectionRefusedError:
        raise TargetError(fleet.REFUSED, f"{target.address} refuses connections to port {target.port}.") from None
    except TimeoutError:
        raise TargetError(fleet.UNREACHABLE, f"{target.address} does not answer at port {target.port}.") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise TargetError(fleet.UNREACHABLE, f"{target.address} cannot be reached ({why}).") from None
    guard.closing(lambda: _hang_up(line))
    return line


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):  # whoever is at the other end may have been quicker
        line.shutdown(socket.SHUT_RDWR)
    line.close()


def _enable(connection: Any) -> None:
    try:
        connection.enable()
    except ValueError:
        raise TargetError(fleet.AUTHENTICATION, "It does not accept the credentials for the privileged mode.") from None


class _Keys:
    """What paramiko asks about a host key, before it tells any password."""

    def __init__(self, target: Target, known: bool) -> None:
        self._target, self._known = target, known
        self.seen = ""

    def missing_host_key(self, _client: Any, _hostname: str, key: Any) -> None:
        """Refuse it, by an exception, or not."""
        self.seen = "SHA256:" + b64encode(sha256(key.asbytes()).digest()).decode().rstrip("=")
        if not self._known:
            return
        own = (self.seen, key.get_base64())
        if not any(text in own or own[1] in text.split() for text in self._target.host_keys):
            raise TargetError(
                fleet.HOST_KEY,
                f"Its host key {self.seen} is none of those in its config context. It has been told no password.",
            )


class _Channel:
    """netmiko's channel, with limits: of time, and of how much is read for one command."""

    def __init__(self, inner: Any, guard: Guard) -> None:
        self.remote_conn = inner
        self._guard = guard
        self._total = 0
        self.begin()

    def begin(self) -> None:
        """A new command: count anew."""
        self._read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")

    def write_channel(self, text: str) -> None:
        """Send."""
        self.remote_conn.settimeout(self._guard.left())
        self.remote_conn.sendall(text.encode())

    def read_buffer(self) -> str:
        """What has come."""
        return self.read_channel()

    def read_channel(self) -> str:
        """What has come, but not all of it at once if it is much."""
        self._guard.left()
        content = b""
        while len(content) < _CHUNK and self.remote_conn.recv_ready():
            content += self.remote_conn.recv(_CHUNK)
        self._read += len(content)
        self._total += len(content)
        if self._read > MOST_BYTES:
            raise TargetError(fleet.TOO_MUCH, f"It answers with more than {MOST_BYTES >> 20} MiB.")
        if self._total > MOST_SESSION_BYTES:
            raise TargetError(fleet.TOO_MUCH, f"All its answers are more than {MOST_SESSION_BYTES >> 20} MiB.")
        if not content and (self.remote_conn.closed or self.remote_conn.eof_received):
            raise TargetError(fleet.DROPPED, "It closed the connection.")
        return self._decoder.decode(content)


@contextmanager
def _told(waiting: float = 0.0) -> Iterator[None]:
    """Exceptions of the libraries, as `TargetError`s: their own texts may have anything in them."""
    from netmiko.exceptions import (
        NetmikoAuthenticationException,
        NetmikoTimeoutException,
        ReadException,
        ReadTimeout,
        WriteException,
    )
    from paramiko.ssh_exception import IncompatiblePeer, SSHException

    begun = time.monotonic()
    try:
        yield
    except NetmikoAuthenticationException:
        raise TargetError(fleet.AUTHENTICATION, "It does not accept the user name and password.") from None
    except ReadTimeout:
        raise TargetError(fleet.TIMEOUT, "It did not answer in time.") from None
    except NetmikoTimeoutException as error:  # whatever goes wrong while the session is made
        if isinstance(error.__context__, IncompatiblePeer):
            raise TargetError(fleet.INCOMPATIBLE, "It has no SSH algorithms in common with this worker.") from None
        if waiting and time.monotonic() - begun >= waiting - 0.2:
            raise TargetError(fleet.TIMEOUT, "It did not answer in time.") from None
        raise TargetError(fleet.DROPPED, "It closed the connection before there was a session.") from None
    except (ReadException, WriteException, SSHException, EOFError, OSError):
        raise TargetError(fleet.DROPPED, "It closed the connection.") from None
    except ValueError:
        raise TargetError(fleet.PARSE, "It shows no prompt that netmiko knows.") from None


@contextmanager
def _quiet() -> Iterator[None]:
    before = {name: logging.getLogger(name).level for name in _LOUD}
    for name, level in _LOUD.items():
        logging.getLogger(name).setLevel(level)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
