"""The static tools over repositories in the styles that people really write, and over what nobody should: they never
crash, execute nothing, write nowhere else, and break no file that was whole."""

import ast
import json
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from nautobot_dev_tools.cli import main
from nautobot_dev_tools.source.contracts import contract_of
from nautobot_dev_tools.source.files import git, in_folder, in_revision

HERE = Path(__file__).parent / "repositories"

JOB = """\
from nautobot.extras.jobs import Job, StringVar
from nautobot.dcim.models import Site


class Audit(Job):
    \"\"\"Prüfung.\"\"\"

    who = StringVar(default="Zoë")

    def run(self, data, commit):
        # ein Kommentar, der bleibt: ä
        for site in Site.objects.all():
            self.log_success(obj=site, message=f"Hallo {data['who']}")
        self.log_failure("Schluß")
"""

PYTHON2 = """\
# coding: utf-8
import urllib2
from extras.jobs import Job

class Old(Job):
    def run(self, data, commit):
        print "hello", `data`
        try:
            exec "x = 1" in {}
        except Exception, error:
            raise ValueError, ur"no"
        if data <> 0777: self.log_success(u"ok")
"""


def huge() -> str:
    """5,000 lines of Jobs."""
    methods = "\n".join(
        f"    def test_{n}(self):\n        for site in Site.objects.filter(name='{n}'):\n            self.log_info(site, 'n {n}')\n"
        for n in range(45)
    )
    jobs = [f"\n\nclass Job{n}(Job):\n    who = StringVar()\n\n{methods}" for n in range(25)]
    return JOB + "".join(jobs) + "\njobs = [" + ", ".join(f"Job{n}" for n in range(25)) + "]\n"


def deep() -> str:
    """Parses, and is deeper than Python code that calls itself for each level may go."""
    text = "\n    + ".join(["'line'"] * 700)
    elifs = "".join(f"        elif data == {n}:\n            self.log_info('{n}')\n" for n in range(300))
    brackets = "[" * 90 + "]" * 90
    return f"{JOB}        if data:\n            pass\n{elifs}\n\nTEXT = ({text})\nLIST = {brackets}\nX = {'-' * 80}1\n"


# Repositories whose bytes matter, or that no file system of everybody's can hold: path -> content.
MADE: dict[str, dict[str, bytes]] = {
    "empty": {},
    "only_data": {"README.md": b"# Nothing\n", "config_contexts/a.yml": b"a: 1\n", "jobs/data.json": b"{}"},
    "empty_files": {"__init__.py": b"", "jobs/__init__.py": b"\n\n", "jobs/a.py": b"", "jobs/b.py": b"# only this"},
    "python2": {"__init__.py": b"", "jobs/__init__.py": b"", "jobs/old.py": PYTHON2.encode()},
    "crlf": {"jobs/audit.py": JOB.replace("\n", "\r\n").encode()},
    "mixed_line_ends": {"jobs/audit.py": JOB.replace("\n", "\r\n", 6).encode()},
    "carriage_returns": {"jobs/audit.py": JOB.replace("\n", "\r").encode()},
    "byte_order_mark": {"__init__.py": b"\xef\xbb\xbf", "jobs.py": b"\xef\xbb\xbf" + JOB.encode()},
    "latin1": {"jobs/audit.py": b"# -*- coding: latin-1 -*-\n" + JOB.encode("latin-1")},
    "latin1_undeclared": {"jobs/audit.py": JOB.encode("latin-1"), "jobs/good.py": JOB.encode()},
    "utf16": {"jobs/audit.py": JOB.encode("utf-16")},
    "tabs": {"jobs/audit.py": JOB.replace("    ", "\t").encode()},
    "tabs_and_blanks": {"jobs/audit.py": JOB.replace("        ", "\t").encode()},
    "no_line_end": {"jobs/audit.py": JOB.rstrip().encode()},
    "form_feeds": {"jobs/audit.py": JOB.replace("\n\n", "\n\x0c\n").encode()},
    "null_bytes": {"jobs/audit.py": JOB.encode() + b"\0\0"},
    "binary": {"jobs/audit.py": bytes(range(256)) * 20},
    "merge_conflict": {"jobs/audit.py": JOB.replace("    who", "<<<<<<< HEAD\n    who").encode()},
    "half_a_file": {"jobs/audit.py": JOB[: len(JOB) // 2].encode(), "jobs/whole.py": JOB.encode()},
    "newer_python": {"jobs/audit.py": JOB.encode() + b"\n\ntype X[T] = list[T]\nclass Y[T](Audit): pass\n"},
    "huge": {"__init__.py": b"", "jobs/audit.py": huge().encode()},
    "deep": {"jobs/audit.py": deep().encode()},
    "names": dict.fromkeys(
        [
            "jobs/prüfung.py",
            "jobs/with space.py",
            "jobs/my-audit.py",
            "jobs/a.b.py",
            "jobs/class.py",
            "jobs/json.py",
            "jobs/new\nline.py",
            "jobs/[bold]markup[/].py",
            "jobs/%s.py",
            "jobs/UPPER.PY",
            "jobs/.hidden.py",
            "jobs/" + "x" * 200 + ".py",
            os.fsdecode(b"jobs/latin-\xfc.py"),
        ],
        JOB.encode(),
    ),
    "module_and_package": {"jobs.py": JOB.encode(), "jobs/__init__.py": JOB.encode(), "jobs/jobs.py": JOB.encode()},
    "broken_settings": {"pyproject.toml": b"[tool.nautobot-jobs\n", "jobs/audit.py": JOB.encode()},
    "odd_settings": {"pyproject.toml": b"[tool]\nnautobot-jobs = 3\n", "jobs/audit.py": JOB.encode()},
    "odder_settings": {"pyproject.toml": b"[tool.nautobot-jobs]\ncheck = []\n", "jobs/audit.py": JOB.encode()},
    "latin1_settings": {"pyproject.toml": "name = 'ü'".encode("latin-1"), "jobs/audit.py": JOB.encode()},
}
REPOSITORIES = sorted([*MADE, *(folder.name for folder in HERE.iterdir()), "links"])

# What is run, as the command line has it; ROOT stands for the repository's folder. Those of WRITING may change files in it.
READING: list[list[str]] = [
    ["check", "ROOT"],
    ["check", "ROOT", "--format", "json"],
    ["check", "ROOT", "--format", "sarif"],
    ["check", "ROOT", "--format", "github"],
    ["diff", "HEAD~1", "--path", "ROOT", "--fail-on", "never"],
    ["diff", "HEAD", "HEAD~1", "--direct", "--path", "ROOT", "--format", "markdown", "--fail-on", "never"],
    ["diff", "HEAD~1", "HEAD", "--path", "ROOT", "--format", "json", "--fail-on", "never"],
    ["migrate", "ROOT", "--diff"],
    ["migrate", "ROOT", "--format", "json", "--diff"],
    ["migrate", "ROOT", "--format", "html"],
    ["diff", "HEAD~1", "HEAD", "--path", "ROOT"],
    ["diff", "HEAD", "HEAD~1", "--path", "ROOT", "--format", "json"],
    ["diff", "HEAD~1", "--path", "ROOT", "--format", "markdown"],
]
WRITING: list[list[str]] = [
    ["check", "ROOT", "--fix"],
    ["migrate", "ROOT", "--write"],
]
COMMANDS = READING + WRITING


@pytest.fixture
def made(tmp_path) -> Callable[[str], Path]:
    """A function that makes one of the repositories, with a history of two commits; returns its folder."""

    def make(name: str) -> Path:
        root = tmp_path / "repository"
        if name in MADE:
            root.mkdir()
            for path, raw in MADE[name].items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(raw)
        elif name == "links":
            links(root, tmp_path)
        else:
            shutil.copytree(HERE / name, root)
        (root / "zz_canary.py").write_text(f"open({str(tmp_path / 'EXECUTED')!r}, 'w').close()\n")
        (root / "jobs").mkdir(exist_ok=True)
        shutil.copy(root / "zz_canary.py", root / "jobs/zz_canary.py")
        commit(root)
        return root

    return make


def links(root: Path, elsewhere: Path) -> None:
    """A repository full of links: to itself, out of itself, to nowhere."""
    (root / "jobs").mkdir(parents=True)
    (elsewhere / "outside.py").write_text(JOB)
    (root / "jobs/audit.py").write_text(JOB)
    (root / "jobs/outside.py").symlink_to(elsewhere / "outside.py")
    (root / "jobs/all").symlink_to(root)
    (root / "jobs/gone.py").symlink_to("nowhere.py")
    (root / "jobs/loop.py").symlink_to("loop.py")


def commit(root: Path) -> None:
    """A first commit with the beginning of each file, and a second with all of it."""
    whole = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.is_symlink()}
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]
    git(root, "init", "--quiet", "--initial-branch=main")
    for position in (2, 1):
        for path, raw in whole.items():
            path.write_bytes(raw[: len(raw) // position])
        git(root, "add", "--all", "--force")
        git(root, *who, "commit", "--quiet", "--allow-empty", "--message=Change")


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but Git's own."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def parses(raw: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(raw)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def run(arguments: list[str], root: Path) -> str:
    """Run the command in this process; returns what it prints. It may find fault, but not fall over."""
    result = CliRunner().invoke(main, [argument.replace("ROOT", str(root)) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code in (0, 1, 2, 3, 4), result.output
    assert "Traceback" not in result.output
    if {"json", "sarif"} & set(arguments) and result.exit_code < 2 and "✗" not in result.stderr:
        json.loads(result.stdout)
    return result.output


@pytest.fixture(autouse=True)
def nothing_else_is_touched(tmp_path, monkeypatch):
    """No code of the repository runs, and nothing beside it is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    before = set(sys.modules)
    yield
    loaded = [sys.modules[name] for name in set(sys.modules) - before if sys.modules.get(name)]
    assert not [module for module in loaded if str(getattr(module, "__file__", "")).startswith(str(tmp_path))]
    assert not (tmp_path / "EXECUTED").exists()
    assert {path.name for path in tmp_path.iterdir()} <= {"repository", "outside.py"}
    assert not (tmp_path / "outside.py").exists() or (tmp_path / "outside.py").read_text() == JOB


@pytest.mark.parametrize("name", REPOSITORIES)
def test_its_contract_can_be_told(made, name):
    root = made(name)

    now, head, before = in_folder(root), in_revision(root, "HEAD"), in_revision(root, "HEAD~1")

    assert {path: file.raw for path, file in now.items()} == {path: file.raw for path, file in head.items()}
    for files in (now, before):
        contract = contract_of(files)
        assert len(contract.repository.broken) == sum(file.tree is None for file in files.values())


@pytest.mark.parametrize("name", REPOSITORIES)
def test_what_reads_changes_nothing(made, name):
    root = made(name)
    before = content(root)

    for arguments in READING if name != "huge" else [each for each in READING if "json" in each]:
        run(arguments, root)

    assert content(root) == before


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
@pytest.mark.parametrize("name", REPOSITORIES)
def test_what_writes_leaves_files_whole_and_has_nothing_to_do_again(made, name, arguments):
    root = made(name)
    before = content(root)

    run(arguments, root)

    after = content(root)
    assert set(before) <= set(after)
    assert [path for path in set(after) - set(before) if not parses(after[path])] == []
    for path, raw in before.items():
        if path.endswith(".py") and parses(raw):
            assert parses(after[path]), path
            assert raw.startswith(b"\xef\xbb\xbf") == after[path].startswith(b"\xef\xbb\xbf"), path
        elif not path.endswith(".toml"):
            assert after[path] == raw, path
        if 0 < raw.count(b"\r\n") == raw.count(b"\n"):
            assert after[path].count(b"\r\n") == after[path].count(b"\n"), path

    run(arguments, root)

    assert content(root) == after


def test_comments_and_coding_stay(made):
    root = made("latin1")

    run(["migrate", "ROOT", "--write"], root)

    text = (root / "jobs/audit.py").read_bytes()
    assert text.startswith(b"# -*- coding: latin-1 -*-\n")
    assert "# ein Kommentar, der bleibt: ä".encode("latin-1") in text
