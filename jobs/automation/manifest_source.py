"""Where a manifest comes from: this collection, a file that is uploaded, or a synced Git repository."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from git.exc import GitError
from nautobot.apps.exceptions import SecretError
from nautobot.apps.utils import BranchDoesNotExist
from nautobot.extras.datasources.git import ensure_git_repository
from nautobot.extras.models import GitRepository

from ..toolkit.access import RefusalError, visible
from ..toolkit.documents import MOST_BYTES
from ..toolkit.uploads import name_of
from .manifest_document import SHIPPED, Manifest, read_manifest

_SUFFIXES = (".yml", ".yaml")


class Source:
    """What the form gave; whatever is wrong with it is told when the manifest is asked for.

    Args:
        user: the user who runs the Job.
        shipped: the manifest of this collection.
        upload: a file, or None.
        repository: a Git repository, or None.
        path: of the file in the repository.
    """

    def __init__(self, user: Any, *, shipped: bool, upload: Any, repository: Any, path: str) -> None:
        self._user, self._shipped, self._repository, self._path = user, shipped, repository, path.strip()
        self._upload = (name_of(upload), upload.read(MOST_BYTES + 1)) if upload else None

    @property
    def told(self) -> str:
        """What was asked for, in words."""
        if self._repository is not None:
            return f"Manifest {self._path} of the Git repository {self._repository} at {self._repository.current_head[:12]}"
        return f"Manifest {self._upload[0]}, uploaded" if self._upload else "Manifest of this collection"

    def manifest(self) -> Manifest:
        """The manifest.

        Raises:
            RefusalError: there is none, the user may not read it, or something is wrong with it.
        """
        if sum((self._shipped, self._upload is not None, self._repository is not None)) != 1:
            raise RefusalError(
                "Choose one: the manifest of this collection, an uploaded file, or a file of a Git repository."
            )
        if self._shipped:
            return read_manifest(SHIPPED.read_bytes(), SHIPPED.name)
        if self._upload is not None:
            name, content = self._upload
            return read_manifest(content, name)
        return read_manifest(self._from_repository(), PurePosixPath(self._path).name)

    def _from_repository(self) -> bytes:
        """The file as this worker's checkout has it, brought to the commit that was synced last if it is behind."""
        repository = visible(self._user, GitRepository).filter(pk=self._repository.pk).first()
        if repository is None:
            raise RefusalError(f"You need the permission extras.view_gitrepository on {self._repository.name}.")
        if not repository.current_head:
            raise RefusalError(f"The Git repository {repository.name} has never been synced. Sync it first.")
        try:
            ensure_git_repository(repository, head=repository.current_head)
        except (GitError, BranchDoesNotExist, SecretError, OSError):
            # What they say may have credentials in it.
            raise RefusalError(
                f"This worker cannot fetch the commit {repository.current_head[:12]} of the Git repository "
                f"{repository.name}. Sync it, and read what the sync says."
            ) from None
        found = file_in(Path(repository.filesystem_path), self._path)
        with found.open("rb") as file:
            return file.read(MOST_BYTES + 1)


def file_in(root: Path, path: str) -> Path:
    """A YAML file below a folder, links followed, and nothing outside of it.

    Raises:
        RefusalError: it is elsewhere, no YAML file, or not there.
    """
    root = root.resolve()
    bad = f"Path: {path or 'nothing'}"
    if not path or "\0" in path or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise RefusalError(f"{bad} is no path inside the repository. Write one such as nautobot/automation.yml.")
    found = (root / path).resolve()
    if not found.is_relative_to(root) or ".git" in found.relative_to(root).parts:
        raise RefusalError(f"{bad} leads out of the repository.")
    if found.suffix not in _SUFFIXES:
        raise RefusalError(f"{bad} does not end in {' or '.join(_SUFFIXES)}.")
    if not found.is_file():
        raise RefusalError(f"{bad}: the repository has no such file.")
    return found
