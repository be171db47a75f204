"""Class paths of Jobs in strings: ``local/module/Class`` to ``module.Class``."""

from __future__ import annotations

import re

import libcst as cst

from ..transformation import LIKELY, Transformation
from ..tree import string_of
from ..understood import Understood

_PATH = re.compile(r"(local|plugins|git\.(?P<slug>[-a-z0-9_]+))/(?P<module>[A-Za-z_][\w.]*)/(?P<name>[A-Za-z_]\w*)")
_URL = re.compile(rf"(?:/api)?/extras/jobs/{_PATH.pattern}")


class ClassPaths(Transformation):
    """`git.my-repo/module/Class` is `my_repo.jobs.module.Class` now: slugs are names of Python packages."""

    id = "class-paths"
    title = "Class paths of Jobs in strings have dots: git.slug/module/Class becomes slug.jobs.module.Class"
    since = "2.0"
    page = "user-guide/administration/upgrading/from-v1/upgrading-from-nautobot-v1.html#job-database-model-changes"

    def concerns(self, text: str) -> bool:
        """Whether something looks like a class path."""
        return "local/" in text or "plugins/" in text or "git." in text

    def run(self, file: Understood) -> cst.Module:
        """Rewrite strings that are nothing but a class path."""
        for node in file.walk():
            if not isinstance(node, cst.SimpleString):
                continue
            text = string_of(node) or ""
            if found := _PATH.fullmatch(text):
                slug = (found["slug"] or "").replace("-", "_")
                package = f"{slug}.jobs." if slug else ""
                new = f"{package}{found['module']}.{found['name']}"
                file.replace(node, cst.SimpleString(f"{node.quote}{new}{node.quote}"))
                file.changed(node, f"the class path {text} becomes {new}", LIKELY)
                if slug != (found["slug"] or ""):
                    file.todo(
                        node,
                        f"the repository's slug has to be a Python name, such as {slug}: check what yours is called",
                    )
            elif _URL.match(text):
                file.todo(
                    node,
                    "the addresses of Jobs have no class path of 1.x any more: the REST API takes a Job's id or name",
                )
        return file.edited()
