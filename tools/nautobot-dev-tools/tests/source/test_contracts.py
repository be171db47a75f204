"""What a repository promises, told from its source."""

from textwrap import dedent

import pytest
from nautobot_dev_tools.source.contracts import BUTTON, HOOK, JOB, Contract, Job, contract_of
from nautobot_dev_tools.source.files import SourceFile
from nautobot_dev_tools.source.modules import Unknown

IMPORTS = "from nautobot.apps.jobs import *\n"


def contract(**files: str) -> Contract:
    return contract_of({path: SourceFile.read(path, dedent(text).encode()) for path, text in files.items()})


def of(text: str, name: str = "A", **others: str) -> Job:
    """The Job of this name in jobs/x.py, which has Nautobot's names."""
    return contract(**{"jobs/x.py": IMPORTS + dedent(text), **others}).jobs[f"jobs.x.{name}"]


# What is a Job


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("class A(Job): pass", JOB),
        ("class A(BaseJob): pass", JOB),
        ("class A(JobButtonReceiver): pass", BUTTON),
        ("class A(JobHookReceiver): pass", HOOK),
        ("class B(JobHookReceiver): pass\nclass A(Mixin, B): pass", HOOK),
        ("class A(Job[int]): pass", JOB),
        ("class A(Mixin, Job, metaclass=Other): pass", JOB),
        ("try:\n    class A(Job): pass\nexcept Exception: raise", JOB),
        ("if x:\n    class A(Job): pass\nelse:\n    A = None", JOB),
        ("class Job(Job): pass\nclass A(Job): pass", JOB),
        ("Base = Job\nclass A(Base): pass", None),
    ],
)
def test_kinds(source, kind):
    jobs = contract(**{"jobs/x.py": IMPORTS + source}).jobs

    assert (jobs["jobs.x.A"].kind if "jobs.x.A" in jobs else None) == kind


@pytest.mark.parametrize(
    "source",
    [
        "class A: pass",
        "class A(A): pass",
        "class A(B): pass\nclass B(A): pass",
        "class A(make()): pass",
        "def f():\n    class A(Job): pass",
        "class A(other.Job): pass",
    ],
)
def test_what_is_no_job(source):
    assert contract(**{"jobs/x.py": IMPORTS + source}).jobs == {}


def test_a_job_of_the_root_and_of_a_single_module():
    assert list(contract(**{"__init__.py": IMPORTS + "class A(Job): pass"}).jobs) == ["A"]
    assert list(contract(**{"jobs.py": IMPORTS + "class A(Job): pass"}).jobs) == ["jobs.A"]


def test_ancestors_that_others_define_are_outside():
    assert of("from ssot.jobs import DataSource\nclass A(DataSource, Job): pass").outside == ["ssot.jobs.DataSource"]


def test_the_group():
    assert of("name = 'Audits'\nclass A(Job): pass").group == "Audits"
    assert of("from .base import name\nclass A(Job): pass", **{"jobs/base.py": "name = 'Base'"}).group == "Base"
    assert of("class A(Job): pass").group == "jobs.x"
    assert isinstance(of("name = 'a'\nname = 'b'\nclass A(Job): pass").group, Unknown)


# Variables


def test_variables_with_their_options():
    job = of("""
        class A(Job):
            CHOICES = (("a", "A"),)
            COMMON = {"description": "Where", "required": False}
            site = ObjectVar(model=Location, **COMMON)
            kind: ChoiceVar = ChoiceVar(choices=CHOICES, default="a")
            flag = BooleanVar()
            first = second = StringVar("positional", **others)
            low, high = IntegerVar(), IntegerVar(min_value=3)
            later: StringVar
            if x:
                only = TextVar()
        """)

    assert list(job.variables) == ["site", "kind", "flag", "first", "second", "low", "high", "only"]
    assert job.variables["site"].options == {
        "model": Unknown("Location"),
        "description": "Where",
        "required": False,
    }
    assert job.variables["kind"].options == {"choices": (("a", "A"),), "default": "a"}
    assert [job.variables[name].option("required") for name in ("site", "kind", "flag")] == [False, True, False]
    assert job.variables["first"].options == {"*": ("positional",), "**": Unknown("others")}
    assert job.variables["high"].options == {"min_value": 3}
    assert job.unclear == {}


def test_variables_are_inherited_in_the_order_of_the_form():
    job = of("""
        class Base(Job):
            a = StringVar()
            b = StringVar()
            c = StringVar()
            d = StringVar()
        class A(Base):
            e = StringVar()
            a = IntegerVar()
            b = None
            d: str
            def c(self): pass
        """)

    assert {name: variable.kind for name, variable in job.variables.items()} == {
        "a": "IntegerVar",
        "d": "StringVar",
        "e": "StringVar",
    }


def test_the_nearest_is_the_nearest_for_python():
    """A diamond: what both have in common comes last."""
    job = of("""
        class Base(Job):
            a = StringVar()
            class Meta:
                name = "base"
        class Left(Base): pass
        class Right(Base):
            a = IntegerVar()
            class Meta:
                name = "right"
        class A(Left, Right): pass
        """)

    assert (job.variables["a"].kind, job.meta["name"]) == ("IntegerVar", "right")


@pytest.mark.parametrize(
    "source",
    [
        "VAR = StringVar(default='x')\nclass A(Job):\n    a = VAR",
        "class B(Job):\n    a = StringVar(default='x')\nclass A(Job):\n    a = B.a",
        "class C:\n    a = StringVar(default='x')\nclass B(C): pass\nclass A(Job):\n    a = B.a",
        "def var():\n    return StringVar(default='x')\nclass A(Job):\n    a = var()",
        "class A(Job):\n    _v = StringVar(default='x')\n    a = _v",
        "from .base import var\nclass A(Job):\n    a = var",
        "from .base import function\nclass A(Job):\n    a = function('ignored')",
        "from nautobot.apps import jobs as j\nclass A(Job):\n    a = j.StringVar(default='x')",
    ],
)
def test_variables_that_are_made_elsewhere(source):
    base = IMPORTS + "var = StringVar(default='x')\ndef function(label):\n    return StringVar(default='x')\n"
    variable = of(source, **{"jobs/base.py": base}).variables["a"]

    assert (variable.kind, variable.options) == ("StringVar", {"default": "x"})


def test_variables_of_a_class_of_ones_own():
    job = of("class MyVar(StringVar): pass\nclass A(Job):\n    a = MyVar(label='x')")

    assert (job.variables["a"].kind, job.variables["a"].options) == ("jobs.x.MyVar", {"label": "x"})


def test_what_may_be_a_variable_is_unclear():
    job = of("""
        def f():
            if x:
                return StringVar()
            return IntegerVar()
        class A(Job):
            a = f()
            b = other.make()
            c, d = g()
            e = 1
            b = None
        """)

    assert list(job.unclear) == ["a", "c", "d"]
    assert job.variables == {}


# Meta

BASES = """
    class CommonMeta:
        name = "common"
        hidden = True
    class Base(Job):
        class Meta:
            name = "base"
            read_only = True
    """


@pytest.mark.parametrize(
    ("body", "meta", "own", "inherits"),
    [
        ("pass", {"name": "base", "read_only": True}, False, False),
        ("class Meta:\n        name = 'a'", {"name": "a"}, True, False),
        ("class Meta(object):\n        name = 'a'", {"name": "a"}, True, False),
        ("class Meta(Base.Meta):\n        name = 'a'", {"name": "a", "read_only": True}, True, True),
        ("class Meta(CommonMeta):\n        name = 'a'", {"name": "a", "hidden": True}, True, True),
        ("Meta = CommonMeta", {"name": "common", "hidden": True}, False, False),
        ("class Meta:\n        WORD = 'a'\n        name = WORD + 'b'", {"WORD": "a", "name": "ab"}, True, False),
        ("class Meta:\n        name: str = 'a'\n        limit: int", {"name": "a"}, True, False),
        ("class Meta(Meta): pass", {}, True, True),
    ],
)
def test_meta(body, meta, own, inherits):
    job = of(dedent(BASES) + f"class A(Base):\n    {body}\n")

    assert job.meta == meta
    assert (job.own_meta is not None, job.inherits_meta) == (own, inherits)


def test_a_meta_of_a_job_that_has_it_from_its_base():
    job = of(dedent(BASES) + "class B(Base): pass\nclass A(Job):\n    class Meta(B.Meta):\n        hidden = True\n")

    assert job.meta == {"name": "base", "read_only": True, "hidden": True}


def test_the_title():
    assert of("class A(Job):\n    class Meta:\n        name = 'An audit'").title == "An audit"
    assert of("class A(Job): pass").title == "A"


def test_methods_inherited_and_hidden():
    job = of("""
        class Base(Job):
            def run(self): pass
            def on_failure(self): pass
        class A(Base):
            def run(self, a): pass
            on_failure = None
        """)

    assert list(job.methods) == ["run"]
    assert job.methods["run"][1].args.args[1].arg == "a"


# Registration


def registered(call: str, **others: str) -> tuple[list[str], list[str]]:
    """Names of the Jobs that a jobs/__init__.py registers, as often as it does, and what is unclear."""
    jobs = "".join(f"class {name}(Job): pass\n" for name in "ABC")
    made = contract(
        **{
            "jobs/__init__.py": "from nautobot.apps.jobs import register_jobs\nfrom .x import A, B\n" + dedent(call),
            "jobs/x.py": IMPORTS + jobs + "ALL = [A, B]\n",
            **others,
        }
    )
    found = [job.name for job in made.jobs.values() for _ in job.registered]
    return sorted(found), [text for _, _, text in made.unclear]


@pytest.mark.parametrize(
    "call",
    [
        "register_jobs(A, B)",
        "register_jobs(*[A, B])",
        "register_jobs(*(A, B))",
        "jobs = [A, B]\nregister_jobs(*jobs)",
        "jobs: list = [A, B]\nregister_jobs(*jobs)",
        "jobs = [A]\njobs += [B]\nregister_jobs(*jobs)",
        "jobs = [A]\njobs.append(B)\nregister_jobs(*jobs)",
        "jobs = []\njobs.extend([A, B])\nregister_jobs(*jobs)",
        "jobs = []\nif x:\n    jobs.append(A)\n    jobs.append(B)\nregister_jobs(*jobs)",
        "one = [A]\ntwo = [B]\nregister_jobs(*one, *two)",
        "one = [A]\nregister_jobs(*one + [B])",
        "one = (A,)\nregister_jobs(*[*one, B])",
        "from .x import ALL\nregister_jobs(*ALL)",
        "from . import x\nregister_jobs(*x.ALL)",
        "from . import x\nregister_jobs(x.A, x.B)",
        "from .x import A as First\nregister_jobs(First, B)",
        "from .x import *\nregister_jobs(A, B)",
        "for job in [A, B]:\n    register_jobs(job)",
        "jobs = (A, B)\nfor job in jobs:\n    register_jobs(job)",
        "register_jobs(*[job for job in (A, B)])",
        "register_jobs(*{'a': A, 'b': B}.values())",
        "jobs = {'a': A, 'b': B}\nregister_jobs(*jobs.values())",
        "register_jobs(*sorted([A, B], key=str))",
        "register_jobs(*since('3.1', A), B)",
        "register_jobs(A if x else B)",
        "from nautobot.core.celery import register_jobs as reg\nreg(A, B)",
        "from nautobot.apps import jobs\njobs.register_jobs(A)\njobs.register_jobs(B)",
        "try:\n    register_jobs(A, B)\nexcept Exception:\n    pass",
        "def register():\n    register_jobs(A, B)\nregister()",
        "from my_repo.jobs.x import A, B\nregister_jobs(A, B)",
    ],
)
def test_registered_however_it_is_written(call):
    assert registered(call) == (["A", "B"], [])


def test_registered_twice():
    assert registered("register_jobs(A)\nregister_jobs(A, B)") == (["A", "A", "B"], [])


@pytest.mark.parametrize(
    ("call", "unclear"),
    [
        ("register_jobs(*find())", "find()"),
        ("register_jobs(*globals().values())", "globals()"),
        ("register_jobs(*jobs)", "jobs"),
        ("jobs = jobs\nregister_jobs(*jobs)", "jobs"),
        ("a = b\nb = a\nregister_jobs(*a)", "a"),
        ("register_jobs(None)", "None"),
        ("from somewhere import Other\nregister_jobs(Other)", "Other"),
        ("register_jobs(lambda: 1)", "lambda: 1"),
        ("class Helper: pass\nregister_jobs(Helper)", "Helper"),
    ],
)
def test_what_cannot_be_told_is_unclear(call, unclear):
    assert registered(call) == ([], [unclear])


def test_no_call_of_nautobots_is_no_registration():
    assert registered("def register_jobs(*jobs): pass\nregister_jobs(A)")[0] == []


def test_a_registered_class_is_a_job_whatever_its_base():
    made = contract(
        **{
            "jobs.py": """
                from nautobot.apps.jobs import register_jobs
                from company.base import CompanyJob
                class A(CompanyJob):
                    def run(self): pass
                register_jobs(A)
                """
        }
    )

    assert list(made.registered()) == ["jobs.A"]
    assert made.jobs["jobs.A"].outside == ["company.base.CompanyJob"]


def test_long_lines_of_ancestors_end():
    classes = ["class C0(Job): pass"]
    classes += [f"class C{n}(C{n - 1}): pass" for n in range(1, 300)]
    diamonds = ["class L0(Job): pass", "class R0(Job): pass"]
    for n in range(1, 40):
        diamonds += [f"class L{n}(L{n - 1}, R{n - 1}): pass", f"class R{n}(L{n - 1}, R{n - 1}): pass"]

    made = contract(**{"jobs/x.py": IMPORTS + "\n".join([*classes, *diamonds])})

    assert len(made.jobs) == 300 + 80
