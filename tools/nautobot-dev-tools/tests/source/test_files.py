"""The files of a repository, whatever is in them."""

import os
import subprocess
from pathlib import Path

import pytest
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.source.files import MOST_BYTES, SourceFile, git, in_folder, in_revision


def read(raw: bytes) -> SourceFile:
    return SourceFile.read("jobs/x.py", raw)


def test_utf8_text_and_its_tree():
    file = read("name = 'Prüfung'\n".encode())

    assert (file.text, file.encoding, file.problem) == ("name = 'Prüfung'\n", "utf-8", None)
    assert file.tree is not None


def test_a_byte_order_mark_is_no_text():
    file = read(b"\xef\xbb\xbfx = 1\r\n")

    assert (file.text, file.encoding, file.newline) == ("x = 1\r\n", "utf-8-sig", "\r\n")
    assert file.text.encode(file.encoding) == file.raw
    assert file.tree is not None


def test_a_coding_line_is_obeyed():
    file = read("# -*- coding: latin-1 -*-\nname = 'Pr\xfcfung'\n".encode("latin-1"))

    assert "Prüfung" in file.text
    assert file.text.encode(file.encoding) == file.raw
    assert file.tree is not None


def test_latin1_without_a_coding_line_has_a_problem_with_its_line():
    file = read(b"x = 1\n\n# a comment\nname = 'Pr\xfcfung'\n")

    assert file.tree is None
    assert (file.text, file.problem.line) == ("", 4)


@pytest.mark.parametrize(
    "raw",
    [
        b"# coding: no-such-codec\nx = 1\n",
        b"# coding: rot13\nx = 1\n",
        b"# coding: undefined\nx = 1\n",
        b"# coding: hex\nx = 1\n",
        b"# coding: idna\nx = '\xe4'\n",
        b"\xef\xbb\xbf# coding: latin-1\nx = 1\n",
        "x = 1\n".encode("utf-16"),
        "x = 1\n".encode("utf-16-le"),
        b"x = 1\n\0\n",
        b"print 'hello'\n",
        b"if True:\n        x = 1\n\ty = 2\n",
        b"(" * 10_000,
        b"x = " + b"-" * 100_000 + b"1",
        b"class Job(:\n",
        b"\x00\xff\xfe",
        b"#" * (MOST_BYTES + 1),
    ],
)
def test_what_cannot_be_understood_has_a_problem_and_no_tree(raw):
    file = read(raw)

    assert file.tree is None
    assert file.problem.message
    assert file.problem.line >= 1
    assert file.problem.column >= 1


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_stay_and_lines_are_counted_as_python_does(newline):
    file = read(newline.join(["import os", "", "x = '\x0c\u2028'", ""]).encode())

    assert file.newline == newline
    assert file.lines == ["import os", "", "x = '\x0c\u2028'", ""]
    assert file.tree.body[1].lineno == 3
    assert file.problem is None


def test_an_empty_file_is_one():
    assert read(b"").tree.body == []


def test_a_syntax_error_has_its_place():
    problem = read(b"x = 1\nprint 'hello'\n")

    assert problem.tree is None
    assert problem.problem.line == 2


@pytest.fixture
def folder(tmp_path):
    """A function that writes files below a folder and returns the folder."""

    def write(**files: bytes) -> Path:
        for path, raw in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(raw)
        return tmp_path

    return write


ANY = b"x = 1\n"


def test_a_folder_has_its_python_files_by_path(folder):
    root = folder(
        **{"__init__.py": ANY, "jobs/__init__.py": ANY, "jobs/a/b.py": ANY, "README.md": ANY, "jobs/x.txt": ANY}
    )

    assert list(in_folder(root)) == ["__init__.py", "jobs/__init__.py", "jobs/a/b.py"]


def test_folders_of_tools_are_left_out_but_not_where_nautobot_looks(folder):
    left_out = [".git/x.py", ".venv/x.py", "build/x.py", "env/x.py", "jobs/__pycache__/x.py", "node_modules/x.py"]
    seen = ["jobs/build/x.py", "jobs/env/x.py", "jobs/x.py"]
    root = folder(**dict.fromkeys([*left_out, *seen, "mine/lib/x.py", "mine/pyvenv.cfg"], ANY))

    assert list(in_folder(root)) == seen


def test_links_and_pipes_are_not_followed(folder, tmp_path_factory):
    root = folder(**{"jobs/x.py": ANY})
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "secret.py").write_bytes(ANY)
    (root / "jobs/secret.py").symlink_to(elsewhere / "secret.py")
    (root / "jobs/more").symlink_to(elsewhere)
    (root / "jobs/gone.py").symlink_to(root / "nowhere")
    (root / "jobs/self").symlink_to(root)
    os.mkfifo(root / "jobs/pipe.py")
    (root / "jobs/folder.py").mkdir()

    assert list(in_folder(root)) == ["jobs/x.py"]


def test_a_large_file_is_not_read(folder):
    root = folder(**{"jobs/data.py": b""})
    with (root / "jobs/data.py").open("wb") as file:
        file.truncate(10 * 2**30)  # sparse: it takes no room

    (data,) = in_folder(root).values()

    assert "10,737,418,240 bytes" in data.problem.message
    assert data.tree is None


def test_a_file_that_may_not_be_read_has_a_problem(folder, monkeypatch):
    root = folder(**{"jobs/x.py": ANY})

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)

    assert in_folder(root)["jobs/x.py"].problem.message == "it cannot be read: Permission denied"


@pytest.mark.parametrize("read_them", [in_folder, lambda root: in_revision(root, "HEAD")])
def test_what_is_no_folder(folder, read_them):
    root = folder(**{"jobs.py": ANY})

    for path in (root / "jobs.py", root / "nowhere"):
        with pytest.raises(DevToolsError, match="is no folder"):
            read_them(path)


# Revisions


@pytest.fixture
def repository(folder):
    """A function that commits files and returns the folder of the repository."""

    def commit(**files: bytes) -> Path:
        root = folder(**files)
        if not (root / ".git").exists():
            git(root, "init", "--quiet", "--initial-branch=main")
        git(root, "add", "--all")
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]
        git(root, *identity, "commit", "--quiet", "--message=Change", "--allow-empty")
        return root

    return commit


def test_a_revision_has_what_was_committed_then(repository):
    root = repository(**{"jobs/x.py": b"x = 1\n", "jobs/gone.py": ANY})
    (root / "jobs/gone.py").unlink()
    repository(**{"jobs/x.py": b"x = 2\n"})
    (root / "jobs/x.py").write_bytes(b"x = 3\n")

    before, after = in_revision(root, "HEAD~1"), in_revision(root, "main")

    assert (list(before), before["jobs/x.py"].raw) == (["jobs/gone.py", "jobs/x.py"], b"x = 1\n")
    assert (list(after), after["jobs/x.py"].raw) == (["jobs/x.py"], b"x = 2\n")


def test_names_of_any_kind(repository):
    names = ["jobs/prüfung.py", "jobs/with space.py", 'jobs/quote"d.py', "jobs/new\nline.py", "jobs/tab\there.py"]
    root = repository(**dict.fromkeys(names, ANY))
    (root / os.fsdecode(b"jobs/latin-\xfc.py")).write_bytes(ANY)
    root = repository()

    assert set(in_revision(root, "HEAD")) == {*names, os.fsdecode(b"jobs/latin-\xfc.py")} == set(in_folder(root))


def test_only_what_lies_below_the_folder(repository):
    root = repository(**{"jobs/x.py": ANY, "automation/jobs/y.py": ANY})

    assert list(in_revision(root / "automation", "HEAD")) == ["jobs/y.py"]


def test_links_and_submodules_have_no_text(repository):
    root = repository(**{"jobs/x.py": ANY})
    (root / "jobs/link.py").symlink_to("x.py")
    head = git(root, "rev-parse", "HEAD").decode().strip()
    repository()
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{head},jobs/module.py")
    git(root, "-c", "user.name=Ada", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=Add a submodule")

    assert list(in_revision(root, "HEAD")) == ["jobs/x.py"]


def test_a_large_blob_is_not_read(repository):
    root = repository(**{"jobs/a.py": ANY, "jobs/data.py": b"#" * (MOST_BYTES + 1), "jobs/z.py": b"z = 1\n"})

    files = in_revision(root, "HEAD")

    assert list(files) == ["jobs/a.py", "jobs/data.py", "jobs/z.py"]
    assert "bytes" in files["jobs/data.py"].problem.message
    assert files["jobs/z.py"].raw == b"z = 1\n"


def test_an_empty_tree(repository):
    assert in_revision(repository(**{"README.md": b""}), "HEAD") == {}


def test_a_revision_that_is_not_there(repository):
    root = repository(**{"jobs/x.py": ANY})

    for revision in ("nowhere", "--help", "HEAD:jobs/x.py", ""):
        with pytest.raises(DevToolsError, match="has no revision"):
            in_revision(root, revision)


def test_a_folder_that_is_no_repository(folder, monkeypatch):
    root = folder(**{"jobs/x.py": ANY})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(root.parent))

    with pytest.raises(DevToolsError, match="not a git repository"):
        in_revision(root, "HEAD")


def test_a_blob_that_is_missing(repository):
    root = repository(**{"jobs/x.py": ANY})
    blob = git(root, "rev-parse", "HEAD:jobs/x.py").decode().strip()
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(DevToolsError):
        in_revision(root, "HEAD")


def test_in_a_hook_of_another_repository(repository, tmp_path_factory, monkeypatch):
    root = repository(**{"jobs/x.py": ANY})
    other = tmp_path_factory.mktemp("other")
    subprocess.run(["git", "init", "--quiet", str(other)], check=True)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))

    assert list(in_revision(root, "HEAD")) == ["jobs/x.py"]
