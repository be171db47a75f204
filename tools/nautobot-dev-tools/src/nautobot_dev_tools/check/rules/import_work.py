"""Importing a module asks no database and no network."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator

from ...source.modules import statements
from ..code import Code
from ..context import FUNCTIONS, Context, run_at_import
from ..queries import CONSUMERS, READS, WRITES, query_of
from ..rule import ERROR, Found, Rule

_HTTP = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_NETWORK = frozenset(
    [
        *(f"{library}.{verb}" for library in ("requests", "httpx") for verb in _HTTP),
        *("urllib.request.urlopen", "urllib.request.urlretrieve", "pynautobot.api", "nornir.InitNornir"),
        *("socket.create_connection", "socket.gethostbyname", "socket.getaddrinfo"),
        *("netmiko.ConnectHandler", "netmiko.Netmiko"),
    ]
)
_PROGRAMS = frozenset(
    [
        *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen", "getoutput")),
        *("os.system", "os.popen"),
    ]
)


class ImportWork(Rule):
    """Nautobot imports every module below `jobs` when it starts, at each sync, whenever a run form opens and whenever a Job starts.

    That is also while migrations run, when tables are not there yet, and in a web request that a user waits for.

    A query or a request there makes all of that slow, and its failure takes every Job of the repository away. What
    it found is of the moment of the import: choices that were read from the database stay as they were.

    Querysets that are only built, such as `queryset=Device.objects.filter(...)` of an `ObjectVar`, ask nothing yet
    and are fine.
    """

    id = "JOB401"
    name = "import-work"
    severity = ERROR
    title = "Importing the module asks the database, the network or another program"
    bad = '''"""Where people may go."""

from nautobot.dcim.models import Location

CHOICES = [(str(location.pk), location.name) for location in Location.objects.all()]
'''
    good = '''"""Where people may go."""

from nautobot.dcim.models import Location


def choices():
    """The locations, when they are needed."""
    return [(str(location.pk), location.name) for location in Location.objects.all()]
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find it in what an import runs, and in the functions that it calls."""
        functions = {
            f"{module.name}.{node.name}".lstrip("."): (module, node)
            for module in context.modules
            for node in statements(module.file.tree)
            if isinstance(node, FUNCTIONS)
        }
        followed: set[str] = set()
        waiting = deque((module, node, "") for module, node in context.import_time)
        while waiting:
            module, node, by = waiting.popleft()
            code = context.code_of(module)
            if what := _does(code, node):
                message = f"This {what} when Nautobot imports the module{by}: do it in a function that the Job calls when it runs."
                yield context.found(module, node.iter if isinstance(node, ast.comprehension) else node, message)
            for called in _called(node):
                name = code.name(called)
                if name in functions and name not in followed and not _is_generator(functions[name][1]):
                    followed.add(name)
                    home, function = functions[name]
                    where = f", through {name}(), in line {getattr(called, 'lineno', 1)} of {module.file.path}"
                    waiting += [(home, each, where) for line in function.body for each in run_at_import(line)]


def _called(node: ast.AST) -> list[ast.expr]:
    """What a node calls: a call its function, a definition its decorators."""
    if isinstance(node, ast.Call):
        return [node.func]
    return getattr(node, "decorator_list", [])


def _is_generator(function: ast.AST) -> bool:
    return any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in ast.walk(function))


def _does(code: Code, node: ast.AST) -> str:
    """What a node does that an import should not; empty if nothing."""
    if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        return "asks the database" if _is_queryset(code, node.iter) else ""
    if isinstance(node, ast.Starred):
        return "asks the database" if _is_queryset(code, node.value) else ""
    if not isinstance(node, ast.Call):
        return ""
    name = code.name(node.func)
    if name in _NETWORK:
        return "goes out to the network"
    if name in _PROGRAMS:
        return "starts a program"
    if name in CONSUMERS:
        return "asks the database" if node.args and _is_queryset(code, node.args[0]) else ""
    if isinstance(node.func, ast.Attribute) and (node.func.attr in READS or node.func.attr in WRITES):
        return "asks the database" if query_of(code, node) else ""
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("get_for_model", "get_for_models", "get_for_id"):
        query = query_of(code, node)
        return "asks the database" if query and query.model.endswith(".ContentType") else ""
    return ""


def _is_queryset(code: Code, node: ast.expr) -> bool:
    query = query_of(code, node)
    return query is not None and query.is_queryset
