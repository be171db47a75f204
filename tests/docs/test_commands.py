"""Every command block of README, CONTRIBUTING and the guides does what it says: each is executed, in a clone of its own.

A block is ``shell`` code. A comment right before it says what is not as it stands:

- ``<!-- test: with A = B; C = D -->``: the reader's own things, and what stands for them here. `sample.dump` lies in the clone.
- ``<!-- test: by hand COMMAND -->``: what the reader has done in an editor by now, executed before it.
- ``<!-- test: proven by PATH, "text" -->``: it is not executed here, but there, where the text stands.

Commands that are a whole run of their own (`IN_CI`) are not executed again: `.ci/run` has to have them. The examples on the pages of the
Jobs, which are generated from the exercises, are resolved as the command line does, and the exercises executed elsewhere
(tests/contract/test_permissions.py, and `invoke demo`).
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys

import pytest
from documents import FILES, GENERATED, ROOT, blocks
from nautobot.extras.registry import registry
from nautobot_dev_tools import cli, inputs
from nautobot_dev_tools.gitserver import WorkingTree
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import session_key
from nautobot_dev_tools.seed import ensure_seeded_template
from nautobot_dev_tools.services import Services

SHELL = [block for path in FILES for block in blocks(path) if block.language == "shell"]
HERE = [block for block in SHELL if not block.path.is_relative_to(GENERATED)]
EXAMPLES = [block for block in SHELL if block.path.is_relative_to(GENERATED)]

# Tasks that are the whole of something, by what .ci/run executes for them.
IN_CI = {
    "demo": "uv run invoke demo",
    "test": "uv run invoke test",
    "lint": "uv run invoke lint",
    "docs": "mkdocs build --strict",
}
# What a block may execute here without a word; anything else takes a comment.
PROGRAMS = {"uv", "cp"}
LAST = re.compile(r"\b(stop|destroy)\b")
FIRST = re.compile(r"\b(start)\b")
SECONDS = 240


def commands(text):
    """The commands of a block, one by one."""
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [part.strip() for line in lines if line.strip() and not line.startswith("#") for part in line.split("&&")]


def is_in_ci(command):
    """Whether a command is nothing but tasks that .ci/run executes; the program uv may lie anywhere."""
    words = shlex.split(command)
    if words[1:5] == ["-m", "pip", "install", "--target"] or words[1:4] == ["-m", "pip", "install"]:
        return words[-1] == "uv" and "-m pip install" in ci()
    if not (words[0].endswith("uv") and words[1:3] == ["run", "invoke"]):
        return False
    return len(words) > 3 and all(word in IN_CI and IN_CI[word] in ci() for word in words[3:])


def ci():
    return (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def proven_by(note):
    """The file and the text in it of a note "proven by", or None."""
    found = re.fullmatch(r'proven by (\S+), "(.+)"', note)
    return found and (ROOT / found[1], found[2])


def is_known(note):
    """Whether a note is of a kind that there is."""
    return not note or note.startswith(("with ", "by hand ")) or bool(proven_by(note))


def replacements(note):
    """What a note "with" replaces by what."""
    if not note.startswith("with "):
        return {}
    pairs = (pair.split(" = ", 1) for pair in note.removeprefix("with ").split("; "))
    return {old.strip(): new.strip() for old, new in pairs}


def executed(block):
    """What the reader has done by hand, and the commands of a block that are executed here, with their replacements made."""
    text = block.text
    for old, new in replacements(block.note).items():
        assert old in text, f"{block}: there is no {old!r} to replace"
        text = text.replace(old, new)
    by_hand = [block.note.removeprefix("by hand ")] if block.note.startswith("by hand ") else []
    return by_hand, [command for command in commands(text) if not is_in_ci(command)]


def order(block):
    """Blocks share one running Nautobot: those that start it come first, those that stop it last."""
    return bool(LAST.search(block.text)) - bool(FIRST.search(block.text))


RUN = sorted((block for block in HERE if not proven_by(block.note) and executed(block)[1]), key=order)
ELSEWHERE = [block for block in HERE if block not in RUN]


@pytest.fixture(scope="module")
def clone(tmp_path_factory, django_db_setup, request):
    """A clone of the working tree with a state and ports of its own, and the sample data ready to be used; returns a function that runs a script."""
    services = request.config.stash[session_key].instance.services
    folder = tmp_path_factory.mktemp("clone") / "repository"
    tree = WorkingTree(Project.find(ROOT), folder.with_name("working-tree.git"))
    tree.commit()
    tree.export(folder)
    environment = fresh_environment(folder)
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "The working tree"]):
        subprocess.run(["git", *words], cwd=folder, env=environment, check=True)
    # Building the sample data takes half a minute: it is taken from where it is. Not from the template, which others may clone meanwhile.
    template = ensure_seeded_template(services)
    dump, copy = str(folder / "sample.dump"), f"{request.config.stash[session_key].instance.database_name}_dump"
    services.postgres.clone(template, copy)
    services.postgres.run("pg_dump", "-Fc", "-f", dump, "-d", copy)
    services.postgres.drop(copy)
    done = set()
    with Services(Project.find(folder)).running() as own:
        own.postgres.sql(f'CREATE DATABASE "{template}"')
        own.postgres.run("pg_restore", "--no-owner", "-d", template, dump)

        def run(script):
            if script in done:  # two pages may have the same
                return
            result = subprocess.run(
                ["sh", "-e", "-c", script],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=SECONDS,
                check=False,
            )
            assert result.returncode == 0, f"{script}\nended with {result.returncode}:\n{result.stdout[-4000:]}"
            done.add(script)

        yield run
        run("uv run nautobot-jobs destroy")


def fresh_environment(folder):
    """The environment of a shell in that folder, whatever this test session has set; `uv run` uses the Python environment of this one."""
    uv = os.environ.get("UV") or shutil.which("uv")
    assert uv, "uv is not on the PATH"
    ours = ("NAUTOBOT_", "PG", "PYTEST_", "DJANGO_", "COV_", "GIT_", "VIRTUAL_ENV")
    kept = {
        "NAUTOBOT_DB_HOST",
        "NAUTOBOT_DB_PORT",
        "NAUTOBOT_DB_USER",
        "NAUTOBOT_DB_PASSWORD",
        "NAUTOBOT_DEV_TOOLS_MANAGED",
    }
    kept |= {name for name in os.environ if name.startswith("NAUTOBOT_REDIS_")}
    environment = {name: value for name, value in os.environ.items() if name in kept or not name.startswith(ours)}
    author = {f"GIT_{who}_{what}": "nobody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {
        **environment,
        **author,
        "PATH": os.pathsep.join([os.path.dirname(uv), os.environ["PATH"]]),  # noqa: PTH120
        "UV_PROJECT_ENVIRONMENT": sys.prefix,
        "UV_NO_SYNC": "1",
        "NAUTOBOT_PORT": str(free_ports()),
        "HOME": str(folder.parent),
    }


def free_ports():
    """The first of two free ports in a row: an instance beside the one that `start` left takes the second."""
    for port in range(20000 + os.getpid() % 20000, 60000, 2):
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("no two free ports in a row")


@pytest.mark.parametrize("block", RUN, ids=str)
def test_block(block, clone):
    assert is_known(block.note), f"there is no such note: {block.note}"
    by_hand, script = executed(block)
    unknown = {shlex.split(command)[0] for command in script} - PROGRAMS
    assert not unknown, f"say in a comment before the block how {', '.join(sorted(unknown))} is tested; see {__file__}"
    clone("\n".join([*by_hand, *script]))


@pytest.mark.parametrize("block", ELSEWHERE, ids=str)
def test_block_that_is_executed_elsewhere(block):
    if found := proven_by(block.note):
        path, text = found
        assert path.is_file()
        assert text in path.read_text(encoding="utf-8")
    else:
        assert commands(block.text)
        assert all(is_in_ci(command) for command in commands(block.text))


@pytest.mark.usefixtures("sample_data", "db")
@pytest.mark.parametrize("block", EXAMPLES, ids=str)
def test_example_of_a_job(block):
    """Its Job exists, its inputs are the Job's, its objects are in the sample data, and the Job's form accepts them."""
    (command,) = commands(block.text)
    words = shlex.split(command)
    assert words[:3] == ["uv", "run", "nautobot-jobs"]
    assert words[3] == "run"
    with cli.run.make_context("run", words[4:]) as context:
        job, pairs = context.params["job"], context.params["pairs"]
    found = [each for path, each in registry["jobs"].items() if path.startswith("jobs.") and each.__name__ == job]
    assert len(found) == 1
    assert inputs.clean(found[0], inputs.resolve(found[0], cli._pairs(pairs), ROOT)) is not None


def test_there_are_blocks():
    assert RUN
    assert EXAMPLES
    assert {block.path.name for block in HERE} >= {"README.md", "CONTRIBUTING.md"}


# The rules themselves: each finds what it is for.


def test_commands_of_a_block():
    assert commands("# say\nuv run a \\\n    --b c && uv run d\n\ncp e f\n") == [
        "uv run a  --b c",
        "uv run d",
        "cp e f",
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("uv run invoke demo", True),
        (".uv/bin/uv run invoke test", True),
        ("uv run invoke lint test", True),
        ("python3 -m pip install --target .uv uv", True),
        ("python3 -m pip install something-else", False),
        ("uv run invoke test --only tests/examples", False),
        ("uv run invoke nonsense", False),
        ("uv run invoke", False),
        ("uv run nautobot-jobs demo", False),
    ],
)
def test_what_is_in_ci(command, expected):
    assert is_in_ci(command) is expected


@pytest.mark.parametrize(
    ("note", "known"),
    [
        ("", True),
        ("with a = b", True),
        ("by hand cp a b", True),
        ('proven by a.py, "b"', True),
        ("skip", False),
        ("proven by a", False),
    ],
)
def test_kinds_of_notes(note, known):
    assert is_known(note) is known


def test_notes():
    assert proven_by('proven by tests/a.py, "up"') == (ROOT / "tests/a.py", "up")
    assert proven_by("with a = b") is None
    assert replacements("with my.dump = sample.dump; URL = http://localhost") == {
        "my.dump": "sample.dump",
        "URL": "http://localhost",
    }
