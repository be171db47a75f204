"""What the code of a Job does beyond its form: what it writes to, which permissions it checks, what it needs and whom it talks to.

Told by reading the Job's methods and all of the repository that they lead to. A class that they name counts with all of its methods,
so that rather too much is told than too little; what is chosen at run time only (a model by its name, a function from a table) is not.
"""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .contracts import Contract, Job
from .local_models import ACTIONS, Models, model_label
from .modules import Module, Unknown, statements
from .packages import is_third_party, words

# Stands for a model that only running the code would tell.
UNKNOWN = "?"
_NETWORK = words(
    "aiohttp ansible_runner asyncssh boto3 botocore dns easysnmp fabric ftplib grpc http.client httpx imaplib jnpr kubernetes ldap3 "
    "napalm ncclient netmiko nornir nornir_napalm nornir_nautobot nornir_netmiko paramiko poplib pyeapi pynautobot pynetbox pysnmp pyVim "
    "pyVmomi requests scrapli smtplib socket telnetlib urllib.request urllib3 websocket websockets xmlrpc.client django.core.mail"
)
_PROCESSES = words(
    "subprocess os.system os.popen os.exec os.spawn os.posix_spawn os.fork pty pexpect multiprocessing ansible_runner "
    "asyncio.create_subprocess_exec asyncio.create_subprocess_shell"
)
_READS = re.compile(r"\s*(SELECT|SET|SHOW|EXPLAIN|FETCH|DECLARE)\b", re.IGNORECASE)
_MAKES = frozenset(["create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update"])
_MAKES_SURELY = _MAKES - {"create", "update"}  # other objects have methods of these names
_SETS = frozenset(["set", "add", "remove", "clear"])
_TAKES_OBJECT = frozenset(["create", "update", "delete", "save", "restore"])


class Place(NamedTuple):
    """Where something is first seen: path, and line from 1."""

    path: str
    line: int


@dataclass
class Effects:
    """What a Job does; each mapping leads from what to the first place where it is seen.

    Attributes:
        writes: labels of models such as ``dcim.device``; UNKNOWN where the model cannot be told.
        permissions: such as ``dcim.change_device``; ``?.change`` where the model cannot be told.
        packages: top-level names that neither Python, Nautobot nor the repository has, wherever they are imported.
        needed_at_import: those of them without which the module cannot be imported: the sync of the whole repository fails.
        network, processes: modules and functions that are used to talk to other systems, and to start programs.
    """

    writes: dict[str, Place] = field(default_factory=dict)
    permissions: dict[str, Place] = field(default_factory=dict)
    packages: dict[str, Place] = field(default_factory=dict)
    needed_at_import: dict[str, Place] = field(default_factory=dict)
    network: dict[str, Place] = field(default_factory=dict)
    processes: dict[str, Place] = field(default_factory=dict)

    def add(self, other: Effects) -> None:
        """Take in another's; what is known already stays."""
        for name, found in vars(other).items():
            mine = getattr(self, name)
            mine.update({what: place for what, place in found.items() if what not in mine})


@dataclass
class _Read:
    """What one function does by itself, and the dotted names that it leads to."""

    effects: Effects
    names: list[str]
    calls_super: bool = False


class EffectsReader:
    """Reads the effects of the Jobs of one repository; what they share is read once."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.repository = contract.repository
        self._functions = {
            f"{module.name}.{node.name}".lstrip("."): (module, node)
            for module in self.repository.modules.values()
            for node in statements(module.file.tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        self._read: dict[tuple[ast.AST, tuple], _Read] = {}
        self._leads: dict[str, list[tuple[Module, ast.AST, bool]]] = {}
        self._imports: dict[str, tuple[Effects, list[str]]] = {}

    def of(self, job: Job) -> Effects:
        """The effects of a Job."""
        found = Effects()
        modules: dict[str, None] = {job.module.name: None}
        done: set[ast.AST] = set()
        variables = {
            name: label
            for name, variable in job.variables.items()
            if isinstance(of := variable.options.get("model"), Unknown) and (label := model_label(of.text))
        }
        waiting = deque(self._class(job.path, job))
        while waiting:
            module, node, own = waiting.popleft()
            if node in done:
                continue
            done.add(node)
            modules.setdefault(module.name)
            read = self.read(module, node, variables if own and getattr(node, "name", "") == "run" else {})
            found.add(read.effects)
            for name in read.names:
                if name not in self._leads:
                    self._leads[name] = list(self._led_to(name))
                waiting += self._leads[name]
            if read.calls_super and own:
                waiting += self._overridden(job, node.name)  # type: ignore[attr-defined]
        for name in self._with_imports(list(modules)):
            found.add(self._imported(name)[0])
        return found

    def read(self, module: Module, node: ast.AST, variables: dict[str, str] | None = None) -> _Read:
        """What one function or expression does by itself; `variables` are names of parameters to labels of models."""
        key = node, tuple((variables or {}).items())
        if key not in self._read:
            inside = self.repository.inside(module, node)
            self._read[key] = _Reading(
                self, inside, node, Models(self.repository, inside, node, variables or {})
            ).read()
        return self._read[key]

    # What leads where

    def _led_to(self, name: str) -> Iterator[tuple[Module, ast.AST, bool]]:
        if name in self._functions:
            yield (*self._functions[name], False)
        elif self.repository.class_of(name):
            yield from self._class(name, None)
        else:
            owner, _, last = name.rpartition(".")
            module = self.repository.modules.get(owner)
            if module and last in module.constants:  # such as a table of functions
                yield module, module.constants[last], False

    def _class(self, name: str, job: Job | None) -> Iterator[tuple[Module, ast.AST, bool]]:
        """Methods of a class, inherited ones included, and what its attributes are made from."""
        known = self.repository.class_of(name)
        seen: set[str] = set()
        for each in self.contract.ancestors(*known) if known else ():
            if of := self.repository.class_of(each):
                module, node = of
                for statement in statements(node):
                    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        if statement.name not in seen:
                            yield module, statement, job is not None
                        seen.add(statement.name)
                    elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
                        yield module, statement.value, False

    def _overridden(self, job: Job, name: str) -> Iterator[tuple[Module, ast.AST, bool]]:
        for each in self.contract.ancestors(job.module, job.node):
            if of := self.repository.class_of(each):
                for statement in statements(of[1]):
                    if isinstance(statement, ast.FunctionDef) and statement.name == name:
                        yield of[0], statement, True

    # Imports

    def _with_imports(self, names: list[str]) -> list[str]:
        """Modules of the repository, and those that they import; not their packages, which import all that there is."""
        for name in names:
            names += [each for each in self._imported(name)[1] if each not in names]
        return names

    def _imported(self, name: str) -> tuple[Effects, list[str]]:
        """What importing a module needs, and which modules of the repository it imports."""
        if name not in self._imports:
            module = self.repository.modules[name]
            found, modules = Effects(), []
            guarded = {
                each
                for node in statements(module.file.tree)
                if isinstance(node, ast.Try)
                for each in ast.walk(node)
                if isinstance(each, (ast.Import, ast.ImportFrom))
            }
            for node in statements(module.file.tree):
                for dotted in self.repository.imported(module, node):
                    if dotted in self.repository.modules:
                        modules.append(dotted)
                    self.note_package(
                        dotted, Place(module.file.path, node.lineno), found, at_import=node not in guarded
                    )
            self._imports[name] = found, modules
        return self._imports[name]

    def note_package(self, dotted: str, place: Place, found: Effects, *, at_import: bool) -> None:
        """Note the package of an imported name, if Nautobot does not bring it along."""
        top = dotted.partition(".")[0]
        if top and top not in self.repository.roots and is_third_party(top):
            found.packages.setdefault(top, place)
            if at_import:
                found.needed_at_import.setdefault(top, place)


class _Reading:
    """Reads one function."""

    def __init__(self, reader: EffectsReader, module: Module, node: ast.AST, models: Models) -> None:
        self.reader, self.module, self.node, self.models = reader, module, node, models
        self.found = Effects()

    def read(self) -> _Read:
        names: list[str] = []
        calls_super = False
        for node in self.models.nodes:
            place = Place(self.module.file.path, getattr(node, "lineno", 1))
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for dotted in self.reader.repository.imported(self.module, node):
                    self.reader.note_package(dotted, place, self.found, at_import=False)
            elif isinstance(node, (ast.Name, ast.Attribute)):
                if name := self.models.name(node):
                    names.append(name)
                    self._outside(name, place)
                calls_super |= isinstance(node, ast.Name) and node.id == "super"
            elif isinstance(node, ast.Dict):
                self._table_of_permissions(node, place)
            elif isinstance(node, ast.Call):
                self._write(node, place)
                self._permission(node, place)
        return _Read(self.found, names, calls_super)

    def _outside(self, name: str, place: Place) -> None:
        for known, noted in ((_NETWORK, self.found.network), (_PROCESSES, self.found.processes)):
            for each in known:
                if name == each or name.startswith(f"{each}.") or (each.startswith("os.") and name.startswith(each)):
                    noted.setdefault(each, place)

    def _write(self, call: ast.Call, place: Place) -> None:
        func = call.func
        if not isinstance(func, ast.Attribute):
            return
        of, what = self.models.of(func.value), func.attr
        first = self.models.of(call.args[0]) if call.args else ""
        if what in ("save", "validated_save", "delete") or what in _MAKES:
            if of:
                self.found.writes.setdefault(of, place)
            elif what in _TAKES_OBJECT and first and not isinstance(call.args[0], ast.Starred):
                self.found.writes.setdefault(first, place)  # such as plan.create(Device(…))
            elif what == "validated_save" or what in _MAKES_SURELY or self._is_plain_save(call, func):
                self.found.writes.setdefault(UNKNOWN, place)
        elif what in _TAKES_OBJECT and first:
            self.found.writes.setdefault(first, place)
        elif what in _SETS and isinstance(func.value, ast.Attribute) and (owner := self.models.of(func.value.value)):
            self.found.writes.setdefault(owner, place)
        elif what in ("execute", "executemany") and isinstance(func.value, ast.Name) and "cursor" in func.value.id:
            text = str(getattr(call.args[0], "value", "")) if call.args else ""
            if not _READS.match(text):
                self.found.writes.setdefault(UNKNOWN, place)

    @staticmethod
    def _is_plain_save(call: ast.Call, func: ast.Attribute) -> bool:
        """``x.save()`` and ``x.delete()`` as models have them: others are told what or where to."""
        return func.attr in ("save", "delete") and not call.args and isinstance(func.value, (ast.Name, ast.Attribute))

    def _permission(self, call: ast.Call, place: Place) -> None:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if name in ("has_perm", "has_perms"):
            listed = [each for argument in call.args[:1] for each in getattr(argument, "elts", [argument])]
            for each in listed:
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    self.found.permissions.setdefault(each.value, place)
        elif name == "restrict":
            stated = [each.value for each in call.keywords if each.arg == "action"] or call.args[1:2]
            action = stated[0].value if stated and isinstance(stated[0], ast.Constant) else None if stated else "view"
            if isinstance(action, str):
                self._note_permission(self.models.of(call.func), action, place)
        elif texts and all(text in ACTIONS for text in texts):  # such as require(user, Device, "view", "change")
            for label in {self.models.class_label(each) for each in call.args} - {""}:
                for action in texts:
                    self._note_permission(label, action, place)

    def _table_of_permissions(self, node: ast.Dict, place: Place) -> None:
        """``{"dcim.device": ("view", "change")}``: what a helper is told to check."""
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(value, (ast.Tuple, ast.List)) and value.elts:
                actions = [each.value for each in value.elts if isinstance(each, ast.Constant)]
                if isinstance(key.value, str) and "." in key.value and all(each in ACTIONS for each in actions):
                    for action in actions:
                        self._note_permission(key.value, str(action), place)

    def _note_permission(self, label: str, action: str, place: Place) -> None:
        app, _, model = label.rpartition(".")
        self.found.permissions.setdefault(f"{app}.{action}_{model}" if label else f"{UNKNOWN}.{action}", place)
