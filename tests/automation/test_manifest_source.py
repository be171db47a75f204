"""Paths in a Git repository: below it, and nowhere else."""

import pytest

from jobs.automation.manifest_source import file_in
from jobs.toolkit.access import RefusalError


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repository"
    for path in ("nautobot/automation.yml", ".git/config.yml", "notes.txt"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("manifest: x")
    (tmp_path / "secret.yml").write_text("manifest: y")
    (tmp_path / "repository-2").mkdir()
    (tmp_path / "repository-2" / "other.yml").write_text("manifest: z")
    (root / "link.yml").symlink_to(tmp_path / "secret.yml")
    (root / "up").symlink_to(tmp_path)
    (root / "inside.yml").symlink_to(root / "nautobot" / "automation.yml")
    (root / "git").symlink_to(root / ".git")
    return root


def test_a_file_below_it(repository):
    assert file_in(repository, "nautobot/automation.yml").read_text() == "manifest: x"
    assert file_in(repository, "inside.yml").name == "automation.yml"


@pytest.mark.parametrize(
    "path",
    [
        "", ".", "/etc/passwd.yml", "../secret.yml", "nautobot/../../secret.yml", "link.yml", "up/secret.yml",
        "up/repository-2/other.yml", ".git/config.yml", "git/config.yml", "notes.txt", "none.yml", "nautobot",
        "a\0.yml", "../repository-2/other.yml",
    ],
)  # fmt: skip
def test_nothing_else(repository, path):
    with pytest.raises(RefusalError, match=r"^Path: "):
        file_in(repository, path)
