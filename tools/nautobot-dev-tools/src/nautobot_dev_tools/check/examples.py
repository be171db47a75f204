"""The small repositories that rules show as bad and good."""

from __future__ import annotations

from ..source.contracts import contract_of
from ..source.files import SourceFile


def repository(example: dict[str, str] | str) -> dict[str, str]:
    """The files of an example, by path: to a lone ``jobs/example.py`` come the ``__init__.py`` files that import and register its Jobs."""
    if isinstance(example, dict):
        return example
    jobs = contract_of(read({"jobs/example.py": example})).jobs
    bases = {base for job in jobs.values() for base in job.bases}
    names = [job.name for path, job in jobs.items() if path not in bases]
    listed = ", ".join(names)
    register = (
        f"from nautobot.apps.jobs import register_jobs\n\nfrom .example import {listed}\n\nregister_jobs({listed})\n"
    )
    return {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": f'"""Jobs."""\n\n{register}' if names else '"""Jobs."""\n',
        "jobs/example.py": example,
    }


def read(texts: dict[str, str]) -> dict[str, SourceFile]:
    """Texts as files of a repository."""
    return {path: SourceFile.read(path, text.encode()) for path, text in texts.items()}
