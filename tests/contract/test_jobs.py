"""The rules of the house, for every Job of this repository, and for its exercises and its table of contents."""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from inspect import Parameter
from pathlib import Path

import pytest
from nautobot.apps.jobs import (
    BooleanVar,
    DryRunVar,
    FileVar,
    Job,
    JobButtonReceiver,
    JobHookReceiver,
    JSONVar,
    ObjectVar,
    StringVar,
    TextVar,
    is_job,
)
from nautobot.extras.registry import registry
from nautobot_dev_tools import exercises
from nautobot_dev_tools.loading import needs_newer, runnable
from nautobot_dev_tools.project import Project

from jobs.toolkit.scope import DeviceScopeMixin, ScopeMixin
from jobs.toolkit.selection import AuditMixin

# Exceptions, by rule, and by Job with the reason. These lists may only shrink: an exception that is no longer needed
# fails.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "has_no_sensitive_variables": {},
}
# Files below jobs/ that may be long, by path, with the reason. May only shrink, too.
LONG_FILES: dict[str, str] = {}

ROOT = Path(__file__).parents[2]
PACKAGE = "jobs"
MOST_LINES = 400
LONGEST_NAME = 100
SECRET = re.compile(r"passw|passphrase|secret|token|community|credential|api_?key|private_?key", re.IGNORECASE)
META = ("name", "description", "has_sensitive_variables", "read_only", "soft_time_limit", "time_limit")
RECEIVERS = {JobButtonReceiver: "receive_job_button", JobHookReceiver: "receive_job_hook"}
OVERRIDABLE = {
    "run",
    "before_start",
    "on_success",
    "on_retry",
    "on_failure",
    "after_return",
    "Meta",
    *RECEIVERS.values(),
}
# Attributes of a running Job that the class itself does not have; and names that Nautobot's guide reserves.
RESERVED = {name for name in dir(Job) if not name.startswith("__")} | {"logger", "request", "failed", "_failed"}

JOBS = sorted(
    (job for path, job in registry["jobs"].items() if path.startswith(f"{PACKAGE}.")), key=lambda job: job.class_path
)
EXERCISES = runnable(exercises.load(Project.find(ROOT)))


def receiver_method(job):
    return next((method for base, method in RECEIVERS.items() if issubclass(job, base)), None)


def own_variables(job):
    """The Job's variables, without those that Nautobot gives every receiver."""
    inherited = {name for base in RECEIVERS if issubclass(job, base) for name in base._get_vars()}
    return {name: variable for name, variable in job._get_vars().items() if name not in inherited}


def meta(job, attribute, default=None):
    return vars(job.Meta).get(attribute, default)


# The rules. Each returns what is wrong, one text for each problem.


def has_a_manual(job):
    """The docstring is the user's manual: more than a sentence, and of the class itself."""
    text = inspect.cleandoc(vars(job).get("__doc__") or "")
    if len(re.findall(r"[.!?:](?:\s|\Z)", text)) < 2:
        yield "write a docstring: what the Job does, what it changes, what it produces, what it needs"


def is_grouped(job):
    """The module says under which heading the Job is listed."""
    heading = vars(sys.modules[job.__module__]).get("name")
    if not (isinstance(heading, str) and heading.strip()):
        yield 'give the module a name = "<heading>"'


def states_its_meta(job):
    """Meta is not merged with that of a base class, so each Job states its own."""
    if "Meta" not in vars(job):
        yield "define class Meta in the class itself"
    for attribute in META:
        if attribute not in vars(job.Meta):
            yield f"state {attribute} in Meta"
    if job.supports_dryrun and "dryrun_default" not in vars(job.Meta):
        yield "state dryrun_default in Meta"
    for attribute in ("name", "description"):
        if attribute in vars(job.Meta) and not str(meta(job, attribute)).strip():
            yield f"{attribute} in Meta is empty"


def ends_in_time(job):
    """At the soft limit a Job can tidy up; the hard one kills it."""
    soft, hard = meta(job, "soft_time_limit", 0), meta(job, "time_limit", 0)
    if not 0 < soft < hard:
        yield f"0 < soft_time_limit < time_limit is needed, not {soft} and {hard}"


def describes_its_variables(job):
    for name, variable in own_variables(job).items():
        if not str(variable.field_attrs.get("help_text", "")).strip():
            yield f"give the variable {name} a description"


def runs_with_its_variables(job):
    """run() names exactly the variables, as keywords; what is not required has a default. Receivers have methods of their own.

    The many variables of an audit go to its engine together, as `**options`, which refuses what it does not know; those
    of a scope go to `Scope` as `**selection`.
    """
    method = receiver_method(job)
    if method:
        if "run" in vars(job):
            yield "a receiver leaves run() as it is"
        if getattr(job, method) in (getattr(base, method, None) for base in RECEIVERS):
            yield f"implement {method}()"
        return
    parameters = dict(list(inspect.signature(job.run).parameters.items())[1:])
    variables = own_variables(job)
    if issubclass(job, AuditMixin) and [parameter.kind for parameter in parameters.values()] == [Parameter.VAR_KEYWORD]:
        return
    if getattr(parameters.get("selection"), "kind", None) is Parameter.VAR_KEYWORD:
        parameters.pop("selection")
        of_scope = {name for mixin in (DeviceScopeMixin, ScopeMixin) if issubclass(job, mixin) for name in vars(mixin)}
        variables = {name: variable for name, variable in variables.items() if name not in of_scope - set(parameters)}
    for name, parameter in parameters.items():
        if parameter.kind is not parameter.KEYWORD_ONLY:
            yield f"make {name} keyword-only in run(): def run(self, *, ...)"
    for name in sorted(set(variables) ^ set(parameters)):
        yield f"{name} is either no variable or no parameter of run()"
    for name in set(variables) & set(parameters):
        if not variables[name].field_attrs["required"] and parameters[name].default is parameters[name].empty:
            yield f"give {name} a default in run(): over the REST API it may be missing"


def avoids_reserved_names(job):
    for name in vars(job):
        if name in RESERVED - OVERRIDABLE:
            yield f"{name} is reserved by Nautobot"


def has_a_name_of_its_own(job):
    if len(job.name) > LONGEST_NAME:
        yield f"the name has more than {LONGEST_NAME} characters"
    for other in registry["jobs"].values():
        if other.class_path != job.class_path and other.name == job.name:
            yield f"{other.class_path} has the same name, and Nautobot would append a number to one"


def changes_nothing_by_default(job):
    """What is not read-only has a dry run, and does that unless told otherwise."""
    if receiver_method(job):
        return
    if meta(job, "read_only"):
        if job.supports_dryrun:
            yield "a Job that is read-only needs no dry run"
        return
    if not job.supports_dryrun:
        yield "add dryrun = DryRunVar(...)"
    elif inspect.signature(job.run).parameters["dryrun"].default is not True:
        yield "let dryrun be True by default in run()"
    if meta(job, "dryrun_default") is not True:
        yield "set dryrun_default = True in Meta"


def has_no_sensitive_variables(job):
    """A Job that has them can be neither scheduled nor approved; credentials come from a secrets group."""
    if meta(job, "has_sensitive_variables", True) is not False:
        yield "set has_sensitive_variables = False"


def has_an_exercise(job):
    if job.class_path not in {exercise.job for exercise in EXERCISES}:
        yield "add a sample run to exercises/<domain>.yml"


def has_tests(job):
    """tests/ mirrors jobs/ path by path; audits, which differ in their checks alone, have tests in common."""
    if issubclass(job, AuditMixin):
        return
    *folders, module = job.__module__.split(".")[1:]
    page = ROOT.joinpath("tests", *folders, f"test_{module}.py")
    if not page.is_file():
        yield f"write {page.relative_to(ROOT)}"


def asks_for_no_secret(job):
    """Inputs are stored: credentials come from a secrets group, chosen by an ObjectVar."""
    for name, variable in own_variables(job).items():
        if isinstance(variable, (StringVar, TextVar, JSONVar)) and SECRET.search(name):
            yield f"let the user choose a secrets group instead of entering {name}"


RULES = [
    has_a_manual,
    is_grouped,
    states_its_meta,
    ends_in_time,
    describes_its_variables,
    runs_with_its_variables,
    avoids_reserved_names,
    has_a_name_of_its_own,
    changes_nothing_by_default,
    has_no_sensitive_variables,
    has_an_exercise,
    has_tests,
    asks_for_no_secret,
]


def test_there_are_jobs():
    assert JOBS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.__name__)
def test_job(job, rule):
    problems = list(rule(job))
    if job.class_path in EXCEPTIONS.get(rule.__name__, {}):
        assert problems, "the exception is no longer needed: take it out of the list"
    else:
        assert not problems


def test_exceptions_name_a_rule_and_a_job():
    assert set(EXCEPTIONS) <= {rule.__name__ for rule in RULES}
    excepted = {path for paths in EXCEPTIONS.values() for path in paths}
    assert excepted <= {job.class_path for job in JOBS}


@pytest.mark.parametrize("path", sorted((ROOT / PACKAGE).rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_short(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if str(path.relative_to(ROOT)) in LONG_FILES:
        assert lines >= MOST_LINES, "the exception is no longer needed: take it out of the list"
    else:
        assert lines < MOST_LINES


def test_long_files_exist():
    assert [path for path in LONG_FILES if not (ROOT / path).is_file()] == []


# The table of contents.


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def registrations(tree):
    """The calls of register_jobs() in a module."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) == "register_jobs" or getattr(node.func, "attr", None) == "register_jobs")
    ]


def test_one_call_registers_each_job_once():
    calls = registrations(tree_of(ROOT / PACKAGE / "__init__.py"))
    assert len(calls) == 1
    arguments = list(calls[0].args)
    for starred in [argument for argument in arguments if isinstance(argument, ast.Starred)]:
        minimum, *jobs = starred.value.args
        assert starred.value.func.id == "since", "name the classes one by one"
        assert re.fullmatch(r"\d+(\.\d+){1,2}", minimum.value)
        arguments[arguments.index(starred) : arguments.index(starred) + 1] = jobs
    names = [getattr(argument, "id", None) for argument in arguments]
    assert None not in names, "name the classes one by one"
    assert sorted(names) == sorted(set(names)), "a class is named twice"


def test_no_other_module_registers():
    others = [path for path in (ROOT / PACKAGE).rglob("*.py") if path != ROOT / PACKAGE / "__init__.py"]
    assert [path.relative_to(ROOT) for path in others if registrations(tree_of(path))] == []


def test_every_job_class_is_registered():
    package = importlib.import_module(PACKAGE)
    modules = [
        importlib.import_module(module.name) for module in pkgutil.walk_packages(package.__path__, f"{PACKAGE}.")
    ]
    defined = {
        thing.class_path
        for module in modules
        for thing in vars(module).values()
        if is_job(thing) and thing.__module__ == module.__name__ and not needs_newer(thing)
    }
    assert defined == {job.class_path for job in JOBS}


# The exercises.


@pytest.mark.parametrize(
    "exercise", EXERCISES, ids=lambda exercise: f"{exercise.job.rsplit('.', 1)[-1]}: {exercise.title}"
)
def test_exercise(exercise):
    job = registry["jobs"].get(exercise.job)
    assert job, f"{exercise.source.name}: there is no Job {exercise.job}"
    assert (exercise.button is not None) == issubclass(job, JobButtonReceiver)
    assert (exercise.hook is not None) == issubclass(job, JobHookReceiver)
    variables = own_variables(job)
    assert set(exercise.inputs) <= set(variables)
    for name, value in exercise.inputs.items():
        if isinstance(variables[name], FileVar):
            assert value.startswith("@")
            assert (exercise.source.parent / value[1:]).is_file()
    if exercise.rehearse:
        chosen = [value for name, value in exercise.inputs.items() if isinstance(variables[name], ObjectVar)]
        chosen = [one for value in chosen for one in (value if isinstance(value, list) else [value])]
        chosen += [
            value for name, value in {**(exercise.button or {}), **(exercise.hook or {})}.items() if name != "update"
        ]
        assert not any(chosen), "a run that fits anybody's data names no object: {} stands for any"


def test_titles_of_exercises_differ():
    titles = [(exercise.job, exercise.title) for exercise in EXERCISES]
    assert len(titles) == len(set(titles))


# The rules themselves: each finds what it is for.


class Careless(Job):
    grouping = StringVar(required=False)
    when = BooleanVar()
    admin_password = StringVar(description="Kept in the database for all to see.")

    def run(self, grouping, *, admin_password, **rest):
        """Do as bad Jobs do."""


class Twin(Job):
    """One sentence."""

    dryrun = DryRunVar()

    class Meta:
        name = "Example: Hello World"
        description = " "
        soft_time_limit = 60
        time_limit = 60

    def run(self, *, dryrun):
        """Change something unless told not to."""


class Heir(Twin):
    """A Job with a manual. It has no Meta of its own."""

    def run(self, *, dryrun=False):
        """Change something unless told not to."""


class ReadOnly(Job):
    """A Job with a manual. It says that it is read-only, and has a dry run."""

    dryrun = DryRunVar()

    class Meta:
        name = "N" * 101
        read_only = True

    def run(self, *, dryrun=True):
        """Change nothing."""


class NoButton(JobButtonReceiver):
    def run(self, object_pk, object_model_name):
        """Do what Nautobot should."""


@pytest.mark.parametrize(
    ("rule", "job", "number"),
    [
        (has_a_manual, Careless, 1),
        (has_a_manual, Twin, 1),
        (has_a_manual, Heir, 0),
        (is_grouped, Careless, 1),
        (states_its_meta, Careless, 1 + len(META)),
        (states_its_meta, Twin, 4),  # has_sensitive_variables, read_only, dryrun_default, an empty description
        (states_its_meta, Heir, 5),
        (ends_in_time, Careless, 1),
        (ends_in_time, Twin, 1),
        (describes_its_variables, Careless, 2),
        (describes_its_variables, NoButton, 0),
        # Two that are not keyword-only, a variable without parameter, a parameter without variable, no default.
        (runs_with_its_variables, Careless, 5),
        (runs_with_its_variables, Twin, 1),
        (runs_with_its_variables, ReadOnly, 0),
        (runs_with_its_variables, NoButton, 2),
        (avoids_reserved_names, Careless, 1),
        (avoids_reserved_names, NoButton, 0),
        (has_a_name_of_its_own, Twin, 1),
        (has_a_name_of_its_own, ReadOnly, 1),
        (changes_nothing_by_default, Careless, 2),
        (changes_nothing_by_default, Twin, 2),
        (changes_nothing_by_default, Heir, 2),
        (changes_nothing_by_default, ReadOnly, 1),
        (changes_nothing_by_default, NoButton, 0),
        (has_no_sensitive_variables, Careless, 1),
        (has_an_exercise, Careless, 1),
        (has_tests, Careless, 1),
        (asks_for_no_secret, Careless, 1),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_rule(rule, job, number):
    problems = list(rule(job))
    assert len(problems) == number, problems
