"""Reading, running and writing: whatever is in a file, it parses afterwards or is left alone."""

import ast
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import libcst as cst
import pytest
from click.testing import CliRunner
from migrating import EXAMPLE, NEEDS_3_2, after, migrated
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.migrate import run
from nautobot_dev_tools.migrate.command import migrate as command
from nautobot_dev_tools.migrate.run import between, diff, migrate, migrate_folder, version
from nautobot_dev_tools.migrate.transformation import Outcome, Transformation
from nautobot_dev_tools.migrate.transformations import TRANSFORMATIONS
from nautobot_dev_tools.source.files import SourceFile

V1 = """\
# A comment before all.
from nautobot.extras.jobs import Job, StringVar


class Example(Job):
    a = StringVar()  # one

    def run(self, data, commit):

        # why
        self.log_success(obj=None, message=data["a"])   # odd   spacing
        print( 'x' )
"""
NOW = """\
# A comment before all.
from nautobot.apps.jobs import Job, StringVar


class Example(Job):
    a = StringVar()  # one

    def run(self, *, a):

        # why
        self.logger.success(a)   # odd   spacing
        print( 'x' )
"""
ALL = [each for each in TRANSFORMATIONS if each.id != "registration"]


def raw_after(raw: bytes) -> Outcome:
    return migrate({EXAMPLE: SourceFile.read(EXAMPLE, raw)}, ALL).outcomes[EXAMPLE]


def test_formatting_and_comments_stay():
    assert after(V1, *ALL) == NOW


@pytest.mark.parametrize(
    ("change", "encoding"),
    [
        (lambda text: text.replace("\n", "\r\n"), "utf-8"),
        (lambda text: text, "utf-8-sig"),
        (lambda text: text.replace("    ", "\t"), "utf-8"),
        (lambda text: text.removesuffix("\n"), "utf-8"),
        (lambda text: "# -*- coding: latin-1 -*-\n" + text.replace("why", "für"), "latin-1"),
        (lambda text: text.replace("# why", "# 日本"), "utf-8"),
        (lambda text: "\x0c\n" + text, "utf-8"),
    ],
    ids=["crlf", "bom", "tabs", "no newline at the end", "latin-1", "unicode", "form feed"],
)
def test_bytes_that_people_have(change, encoding):
    outcome = raw_after(change(V1).encode(encoding))
    assert not outcome.problem
    assert outcome.after.encode(outcome.encoding) == change(NOW).encode(encoding)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (V1.encode() + b"print 'x'\n", "does not parse"),
        (b"\xff\xfe" + V1.encode("utf-16-le"), "invalid or missing encoding"),
        (V1.replace("\n", "\r").encode(), "lone carriage returns"),
        (b"x = (" * 5000 + V1.encode(), "does not parse"),
    ],
    ids=["python 2", "utf-16", "carriage returns", "nested"],
)
def test_files_that_are_left_alone(raw, problem):
    outcome = raw_after(raw)
    assert problem in outcome.problem
    assert not outcome.differs


def test_syntax_that_has_statements_in_odd_places():
    text = V1 + (
        "\n\n@decorator(\n    1)\nasync def f(*, a: int = 1, **k) -> None:\n    match a:\n        case [1, *rest] if rest: pass\n"
        "        case {'x': y, **z}:\n            return\n    try: x = 1; y = 2\n    except* ValueError as e: raise\n    else:\n        pass\n"
        "    finally: del x\n    async with a as b, c: lambda: 1\n    async for i in j: break\n    else: continue_ = 1\n"
        "    while True:\n        if x: pass\n        elif y: pass\n        else: pass\n    global q\n"
    )
    assert after(text, *ALL).startswith(NOW)


def test_large_file():
    many = "\n".join(f"    def step_{number}(self):\n        self.log_info('{number}')\n" for number in range(1700))
    text = after(V1 + "\n" + many, *ALL)
    assert text.count("self.logger.info(") == 1700
    ast.parse(text)


class _Breaks(Transformation):
    id, title, since, page = "breaks", "Makes what does not parse", "2.0", "x.html"

    def run(self, file):
        for node in file.walk():
            if isinstance(node, cst.Name):
                file.replace(node, cst.Name("def"))
        return file.edited()


def test_what_would_not_parse_is_left_alone():
    outcome = migrated("name = 1\n", _Breaks()).outcomes[EXAMPLE]
    assert "a fault of this tool" in outcome.problem
    assert outcome.after == "name = 1\n"


class _Marks(Transformation):
    id, title, since, page = "marks", "Marks every call of old()", "2.0", "x.html"

    def run(self, file):
        for call in file.calls():
            if file.qualified(call.func) == "old":
                file.todo(call, "old() is gone")
        return file.edited()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("old()\n", "{}old()\n"),
        ("# first\nold()\n", "# first\n{}old()\n"),
        ("x = 1\n\n# why\nold()  # end\n", "x = 1\n\n# why\n{}old()  # end\n"),
        ("if x: old()\n", "{}if x: old()\n"),
        ("if x:\n    pass\nelif old():\n    pass\n", "if x:\n    pass\n{}elif old():\n    pass\n"),
        (
            "def f():\n    return [\n        old(),\n        old(),\n    ]\n",
            "def f():\n    {}return [\n        old(),\n        old(),\n    ]\n",
        ),
        ("@old()\ndef f(): pass\n", "{}@old()\ndef f(): pass\n"),
        ("with old() as x:\n    old()\n", "{}with old() as x:\n    {}old()\n"),
        ("try:\n    pass\nexcept old():\n    pass\n", "{}try:\n    pass\nexcept old():\n    pass\n"),
    ],
)
def test_a_todo_stands_above_its_statement_once(before, expected):
    comment = "# TODO(migrate): old() is gone, see https://docs.nautobot.com/projects/core/en/stable/x.html\n"
    lines = expected.split("\n")
    wanted = []
    for line in lines:
        head, found, tail = line.partition("{}")
        wanted += [f"{head}{comment}".rstrip("\n"), f"{head}{tail}"] if found else [line]
    assert after(before, _Marks()) == "\n".join(wanted)  # and a second run adds none: see `migrated`


def test_versions():
    assert version("1.x") == (1, 0)
    assert version("3.2.7") == (3, 2)
    with pytest.raises(DevToolsError):
        version("new")
    assert between([_Marks()], "1.x", "3.2")
    assert not between([_Marks()], "2.0", "3.2")
    assert not between([_Marks()], "1.x", "1.6")


def test_processes_do_the_same(write):
    """As the command does: in a process that has nothing to be forked along, unlike this one with its connections."""
    root = write({f"jobs/a{number}.py": V1 for number in range(45)})
    command_line = [
        sys.executable,
        "-m",
        "nautobot_dev_tools",
        "migrate",
        str(root),
        "--format",
        "json",
        "--diff",
        "--jobs",
    ]
    one, two = (
        subprocess.run([*command_line, number], capture_output=True, check=True, timeout=120).stdout for number in "12"
    )
    assert one == two
    assert b"+    def run(self, *, a):" in one.replace(b"\\n", b"\n")


# Writing


def invoke(*arguments):
    result = CliRunner().invoke(command, [str(each) for each in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_nothing_is_written_without_being_told(write):
    root = write({"jobs/a.py": V1})
    assert "+    def run(self, *, a):" in invoke(root, "--diff")
    assert (root / "jobs/a.py").read_text() == V1
    assert not (root / "__init__.py").exists()


def test_written(write):
    root = write({"jobs/a.py": V1, "jobs/data.txt": "x"})
    (root / "jobs/a.py").chmod(0o755)
    invoke(root, "--write")
    assert (root / "jobs/a.py").read_text() == NOW
    assert (root / "jobs/a.py").stat().st_mode & 0o777 == 0o755
    assert sorted(path.name for path in (root / "jobs").iterdir()) == ["__init__.py", "a.py", "data.txt"]
    assert json.loads(invoke(root, "--format", "json"))["changed"] == 0


def test_json(write):
    root = write({"jobs/a.py": V1, "jobs/broken.py": "x = ("})
    report = json.loads(invoke(root, "--format", "json", "--diff"))
    assert (report["files"], report["changed"], report["problems"], report["written"]) == (2, 3, 1, False)
    by_path = {each["path"]: each for each in report["outcomes"]}
    assert by_path["jobs/__init__.py"]["new"]
    assert {each["transformation"] for each in by_path["jobs/a.py"]["changes"]} == {
        "job-imports",
        "run-signature",
        "log-methods",
    }
    assert "+++ b/jobs/a.py" in report["diff"]


def test_links_are_neither_followed_nor_replaced(write, tmp_path):
    outside = write({"a.py": V1, "folder/b.py": V1}, tmp_path / "outside")
    root = write({"jobs/c.py": V1}, tmp_path / "root")
    (root / "jobs/a.py").symlink_to(outside / "a.py")
    (root / "jobs/folder").symlink_to(outside / "folder")
    invoke(root, "--write")
    assert (outside / "a.py").read_text() == V1
    assert (outside / "folder/b.py").read_text() == V1
    assert (root / "jobs/a.py").is_symlink()
    assert (root / "jobs/c.py").read_text() == NOW


def test_a_folder_that_became_a_link_is_not_written_to(write, tmp_path):
    outside = write({"a.py": V1}, tmp_path / "outside")
    root = write({"jobs/a.py": V1}, tmp_path / "root")
    done = migrate_folder(root, TRANSFORMATIONS)
    (root / "jobs/a.py").unlink()
    (root / "jobs").rmdir()
    (root / "jobs").symlink_to(outside)
    for outcome in (done.outcomes["jobs/a.py"], done.outcomes["jobs/__init__.py"]):
        with pytest.raises(DevToolsError, match="leads out"):
            run.write(root, outcome)
    assert [path.name for path in outside.iterdir()] == ["a.py"]
    assert (outside / "a.py").read_text() == V1


def test_what_was_changed_meanwhile_is_not_overwritten(write, tmp_path):
    root = write({"jobs/a.py": V1})
    done = migrate_folder(root, TRANSFORMATIONS)
    (root / "jobs/a.py").write_text("x = 1\n")
    (root / "__init__.py").write_text("")
    for path in ("jobs/a.py", "__init__.py"):
        with pytest.raises(DevToolsError, match="nothing was written"):
            run.write(root, done.outcomes[path])
    assert (root / "jobs/a.py").read_text() == "x = 1\n"


def test_a_link_in_the_place_of_a_new_file(write, tmp_path):
    root = write({"jobs/a.py": V1}, tmp_path / "root")
    (root / "__init__.py").symlink_to(tmp_path / "elsewhere.py")
    assert "__init__.py\n  left alone" in invoke(root, "--write")
    assert not (tmp_path / "elsewhere.py").exists()
    assert (root / "jobs/a.py").read_text() == NOW


def test_code_is_never_run(write):
    root = write({"jobs/a.py": "import pathlib\npathlib.Path(__file__ + '.ran').touch()\nraise SystemExit\n" + V1})
    invoke(root, "--write")
    assert not (root / "jobs/a.py.ran").exists()


def test_diff_without_newline_at_the_end():
    assert diff(Outcome("a.py", "x = 1", "x = 2\n")).endswith("-x = 1\n\\ No newline at end of file\n+x = 2\n")


def test_list_and_choice(write):
    root = write({"jobs/a.py": V1})
    assert "log-methods" in invoke(root, "--list")
    assert "log-methods" not in invoke(root, "--list", "--from", "2.0")
    invoke(root, "--only", "log-methods", "--write")
    assert (root / "jobs/a.py").read_text() == V1.replace(
        'log_success(obj=None, message=data["a"])', 'logger.success(data["a"])'
    )


def test_every_transformation_says_what_it_is():
    ids = [each.id for each in TRANSFORMATIONS]
    assert len(ids) == len(set(ids))
    for each in TRANSFORMATIONS:
        assert each.title
        assert version(each.since)


PAGES = Path(str(find_spec("nautobot").origin)).parent / "project-static/docs"


@NEEDS_3_2
@pytest.mark.parametrize("transformation", TRANSFORMATIONS, ids=lambda each: each.id)
def test_the_section_of_nautobots_documentation_is_there(transformation):
    page, _, anchor = transformation.page.partition("#")
    text = (PAGES / page).read_text(encoding="utf-8")
    assert not anchor or f'id="{anchor}"' in text
