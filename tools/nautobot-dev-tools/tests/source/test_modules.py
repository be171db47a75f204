"""What the names of a repository's modules stand for."""

import ast
from textwrap import dedent

import pytest
from nautobot_dev_tools.source.files import SourceFile
from nautobot_dev_tools.source.modules import OUTSIDE, Repository, Unknown, statements


def repository(**files: str) -> Repository:
    return Repository({path: SourceFile.read(path, dedent(text).encode()) for path, text in files.items()})


def one(text: str, **others: str) -> tuple[Repository, object]:
    """A repository with these others, and its module jobs/x.py."""
    made = repository(**{"jobs/x.py": text, **others})
    return made, made.modules["jobs.x"]


def value(text: str, **others: str):
    """What `x` of jobs/x.py is."""
    made, module = one(text, **others)
    return made.value(module, ast.parse("x", mode="eval").body)


def stands_for(expression: str, text: str, **others: str) -> str:
    made, module = one(text, **others)
    return made.qualified(module, ast.parse(expression, mode="eval").body)


# Modules


def test_modules_have_the_names_that_python_gives_them():
    made = repository(**{"__init__.py": "", "jobs/__init__.py": "", "jobs/a/b.py": "", "jobs/broken.py": "print 1"})

    assert list(made.modules) == ["", "jobs", "jobs.a.b"]
    assert [module.package for module in made.modules.values()] == ["", "jobs", "jobs.a"]
    assert [file.path for file in made.broken] == ["jobs/broken.py"]


@pytest.mark.parametrize("order", [["jobs.py", "jobs/__init__.py"], ["jobs/__init__.py", "jobs.py"]])
def test_a_package_hides_a_module_of_its_name(order):
    made = repository(**dict.fromkeys(order, ""))

    assert made.modules["jobs"].is_package


def test_a_dot_in_a_name_of_a_file_hides_nothing():
    made = repository(**{"jobs/a/b.py": "", "jobs/a.b.py": ""})

    assert made.modules["jobs.a.b"].file.path == "jobs/a/b.py"
    assert len(made.modules) == 2


# Imports

JOB = "nautobot.apps.jobs.Job"


@pytest.mark.parametrize(
    ("line", "expression"),
    [
        ("from nautobot.apps.jobs import Job", "Job"),
        ("from nautobot.apps.jobs import Job as Base", "Base"),
        ("from nautobot.extras.jobs import Job", "Job"),
        ("from nautobot.extras.jobs import *", "Job"),
        ("from nautobot.apps import jobs", "jobs.Job"),
        ("from nautobot.extras import jobs as nj", "nj.Job"),
        ("import nautobot.apps.jobs", "nautobot.apps.jobs.Job"),
        ("import nautobot.extras.jobs as nj", "nj.Job"),
        ("from nautobot import apps", "apps.jobs.Job"),
        ("try:\n    from nautobot.apps.jobs import Job\nexcept ImportError:\n    Job = object", "Job"),
        ("try:\n    from nautobot.apps.jobs import Job\nexcept ImportError:\n    from old.scripts import Job", "Job"),
        ("try:\n    pass\nfinally:\n    from nautobot.apps.jobs import Job", "Job"),
        ("if True:\n    from nautobot.apps.jobs import Job\nelse:\n    class Job: pass", "Job"),
        ("with x:\n    from nautobot.apps.jobs import Job", "Job"),
        ("match 1:\n    case 1:\n        from nautobot.apps.jobs import Job", "Job"),
    ],
)
def test_nautobots_names_wherever_they_come_from(line, expression):
    assert stands_for(expression, line) == JOB


@pytest.mark.parametrize(
    ("line", "expression"),
    [
        ("from .base import Base", "Base"),
        ("from . import base", "base.Base"),
        ("from . import base as b", "b.Base"),
        ("from .base import *", "Base"),
        ("from ..jobs.base import Base", "Base"),
        ("from .. import jobs", "jobs.base.Base"),
        ("from jobs.base import Base", "Base"),
        ("from jobs import base", "base.Base"),
        ("import jobs.base", "jobs.base.Base"),
        ("import jobs.base as b", "b.Base"),
        ("from my_repository.jobs.base import Base", "Base"),
        ("from my_repository.jobs import base", "base.Base"),
        ("import my_repository.jobs.base as b", "b.Base"),
        ("import my_repository.jobs.base", "my_repository.jobs.base.Base"),
        ("from .deep import Base", "Base"),
        ("from .deep import renamed", "renamed.Base"),
        ("from . import deep", "deep.renamed.Base"),
        ("from .deep import *", "renamed.Base"),
    ],
)
def test_the_repositorys_own_names(line, expression):
    others = {
        "jobs/__init__.py": "",
        "jobs/base.py": "class Base: pass",
        "jobs/deep/__init__.py": "from .. import base as renamed\nfrom ..base import Base",
    }

    assert stands_for(expression, line, **others) == "jobs.base.Base"


def test_relative_imports_at_the_root():
    made = repository(
        **{"__init__.py": "from .jobs.a import A\nfrom . import jobs", "jobs.py": "", "jobs/a.py": "class A: pass"}
    )

    assert made.modules[""].names == {"A": "jobs.a.A", "jobs": "jobs"}


def test_relative_imports_out_of_the_repository():
    made = repository(
        **{
            "jobs.py": "from ..other.jobs import A",
            "jobs/a/b/c.py": "from .....other import B",
            "other.py": "class B: pass",
        }
    )

    assert made.modules["jobs"].names["A"] == f"{OUTSIDE}.other.jobs.A"
    assert made.modules["jobs.a.b.c"].names["B"] == f"{OUTSIDE}.other.B"


def test_what_another_package_offers_is_not_taken_for_own():
    assert stands_for("helper", "from nornir.base import helper", **{"base.py": "def helper(): pass"}) == (
        "nornir.base.helper"
    )


def test_a_module_and_its_class_of_one_name():
    others = {"jobs/__init__.py": "from .vlans import vlans", "jobs/vlans.py": "class vlans: pass\nclass Other: pass"}

    assert stands_for("vlans", "from . import vlans", **others) == "jobs.vlans.vlans"
    assert stands_for("Other", "from .vlans import Other", **others) == "jobs.vlans.Other"


def test_star_imports_take_what_all_names():
    others = {"jobs/base.py": "__all__ = ['A', '_b']\nclass A: pass\nclass C: pass\n_b = 1\n"}
    _, module = one("from .base import *", **others)

    assert module.names == {"A": "jobs.base.A", "_b": "jobs.base._b"}


def test_a_module_that_others_star_import_keeps_its_constants():
    made = repository(**{"jobs/a.py": "from .b import *", "jobs/b.py": "NAME = 'x'"})

    assert made.value(made.modules["jobs.a"], ast.Name("NAME", ast.Load())) == "x"


def test_cycles_of_imports_end():
    made = repository(
        **{
            "jobs/a.py": "from .b import *\nfrom .b import X, Y\nclass A(X): pass",
            "jobs/b.py": "from .c import *\nfrom .a import X\nZ = Y",
            "jobs/c.py": "from .a import *\nfrom .c import *\nfrom .b import Z as Y",
            "jobs/d.py": "from . import d\nfrom .d import d as e\nimport jobs.d.d.d",
        }
    )

    for module in made.modules.values():
        for name in module.names:
            assert made.qualified(module, ast.Name(name, ast.Load()))
            made.value(module, ast.Name(name, ast.Load()))
            assert made.class_of(f"{module.name}.{name}.{name}.{name}") is None


# Values


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 'a'", "a"),
        ("x: str = 'a'", "a"),
        ("x = -1", -1),
        ("x = ['a', ('b', 2)]", ("a", ("b", 2))),
        ("x = {'a': [1]}", {"a": (1,)}),
        ("y = 'b'\nx = 'a' + y", "ab"),
        ("y = [1]\nx = [*y, 2]", (1, 2)),
        ("y = [1]\nx = y + [2]", (1, 2)),
        ("x = [1]\nx += [2]\nx.append(3)\nx.extend([4])", (1, 2, 3, 4)),
        ("x, y = 1, 2", 1),
        ("z = x = 3", 3),
        ("from .base import y as x", 5),
        ("from . import base\nx = base.y", 5),
        ("from .base import *\nx = y", 5),
        ("try:\n    x = 1\nfinally:\n    pass", 1),
    ],
)
def test_values_that_can_be_told(source, expected):
    assert value(source, **{"jobs/base.py": "y = 5"}) == expected


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\nx = 2",
        "try:\n    x = 1\nexcept Exception:\n    x = 2",
        "if y:\n    x = 1\nelse:\n    x = 2",
        "x = 1\nfrom y import x",
        "x = 1\ndef x(): pass",
        "for x in (1, 2): pass",
        "x = 1\nfor x in (1, 2): pass",
        "with open('y') as x: pass",
        "x = {'a': 1}\nx['b'] = 2",
        "x = {'a': 1}\nx.update(b=2)",
        "x = [1]\nx.insert(0, 2)",
        "x = 1\nx -= 1",
        "x = x",
        "x = y\ny = x",
        "x = f'{y}'",
        "x = 'a' + 1",
        "x = {**y}",
        "x = {y: 1}",
        "x = [*y]",
        "x = -y",
        "x = y()",
        "x, = y",
        "x, *y = 1, 2",
        "x: int",
        "",
    ],
)
def test_values_that_cannot(source):
    assert isinstance(value(source), Unknown)


def test_an_import_with_a_substitute_is_no_constant():
    _, module = one("try:\n    import napalm\nexcept ImportError:\n    napalm = None")

    assert module.names == {"napalm": "napalm"}
    assert module.constants == {}


def test_a_class_that_is_called_as_its_base_keeps_what_that_stands_for():
    _, module = one("from nautobot.apps.jobs import Job\nclass Job(Job): pass")

    assert module.hidden == {"Job": "nautobot.apps.jobs.Job"}
    assert module.names["Job"] == "jobs.x.Job"


def test_a_text_of_a_thousand_lines():
    lines = [f"'line {number}\\n'" for number in range(900)]

    assert value("x = (" + "\n  + ".join(lines) + ")").count("\n") == 900


def test_an_expression_too_deep_for_python_to_write_is_unknown():
    found = value("x = (" + "\n  + ".join(["f()"] * 900) + ")")

    assert isinstance(found, Unknown)
    assert found.text.startswith("f()")


def test_a_value_does_not_grow_without_bounds():
    source = ["a0 = 'x' * 1", "a0 = 'lol'"[:0], "b0 = '" + "x" * 1000 + "'"]
    source += [f"b{n} = " + " + ".join([f"b{n - 1}"] * 10) for n in range(1, 12)]
    source += ["t0 = (1, 2)", *(f"t{n} = (" + ", ".join([f"*t{n - 1}"] * 10) + ")" for n in range(1, 8)), "x = b11"]

    assert isinstance(value("\n".join(source)), Unknown)
    assert isinstance(value("\n".join([*source[:-1], "x = t7"])), Unknown)


def test_a_chain_of_thousands_of_elif():
    tree = ast.parse("if a == 0:\n    x = 0\n" + "".join(f"elif a == {n}:\n    x = {n}\n" for n in range(1, 900)))

    assert sum(isinstance(node, ast.Assign) for node in statements(tree)) == 900


def test_statements_in_the_order_of_the_source():
    tree = ast.parse(
        dedent("""\
            try:
                a = 1
            except ValueError:
                b = 2
            else:
                c = 3
            finally:
                d = 4
            def f():
                hidden = 0
            class A:
                hidden = 0
            if x:
                e = 5
            else:
                f = 6
            """)
    )

    assert [node.lineno for node in statements(tree) if isinstance(node, ast.Assign)] == [2, 4, 6, 8, 14, 16]
