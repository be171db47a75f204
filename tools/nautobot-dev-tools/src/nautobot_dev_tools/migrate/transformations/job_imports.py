"""Where Job, its variables and what belongs to them are imported from; Scripts and Reports become Jobs."""

from __future__ import annotations

import libcst as cst

from ...source.modules import JOB_NAMES, JOBS
from ..moves import guarded
from ..transformation import Transformation
from ..tree import dotted
from ..understood import Understood

_SCRIPTS = ("nautobot.extras.scripts", "nautobot.extras.reports", "extras.scripts", "extras.reports")
_HOMES = ("nautobot.extras.jobs", "nautobot.jobs", *_SCRIPTS)
_NAMES = {"Script": "Job", "BaseScript": "Job", "Report": "Job"}


class JobImports(Transformation):
    """`nautobot.extras.jobs` still is there, but only `nautobot.apps.jobs` is promised to stay."""

    id = "job-imports"
    title = "Jobs and their variables are imported from nautobot.apps.jobs; Script and Report become Job"
    since = "2.0"
    page = "development/jobs/migration/from-v1.html#job-registration"

    def concerns(self, text: str) -> bool:
        """Whether one of the old modules is named."""
        return any(home in text for home in _HOMES) or "extras import" in text

    def run(self, file: Understood) -> cst.Module:
        """Rewrite the imports, and the names that they bind."""
        renamed: set[str] = set()
        for node in file.walk():
            if isinstance(node, (cst.Import, cst.ImportFrom)) and guarded(file, node):
                continue
            if isinstance(node, cst.ImportFrom) and not node.relative and node.module:
                self._import_from(file, node, renamed)
            elif isinstance(node, cst.Import):
                for alias in node.names:
                    if dotted(alias.name) in _HOMES and alias.asname is not None:
                        file.replace(alias.name, cst.parse_expression(JOBS))
                        file.changed(node, f"{dotted(alias.name)} becomes {JOBS}")
                    elif dotted(alias.name) in _HOMES:
                        file.todo(node, f"import this from {JOBS} instead")
        for node in file.walk() if renamed else ():
            if isinstance(node, cst.Name) and node.value in renamed and self._is_use(file, node):
                file.replace(node, cst.Name(_NAMES[node.value]))
        return file.edited()

    def _import_from(self, file: Understood, node: cst.ImportFrom, renamed: set[str]) -> None:
        home = dotted(node.module) if node.module else ""
        if home not in _HOMES:
            if home in ("nautobot.extras", "extras") and not isinstance(node.names, cst.ImportStar):
                self._modules(file, node)
            return
        if isinstance(node.names, cst.ImportStar):
            if home in _SCRIPTS:
                renamed.update(_NAMES)
        else:
            names = [alias.evaluated_name for alias in node.names]
            strange = [name for name in names if name not in JOB_NAMES and not (home in _SCRIPTS and name in _NAMES)]
            if "run_job" in names:
                file.todo(
                    node,
                    "run_job() is not what it was in 1.x: JobResult.enqueue_job() or JobResult.execute_job() start a Job",
                )
            elif strange and home != "nautobot.extras.jobs":
                file.todo(node, f"{JOBS} has no {', '.join(strange)}")
            if strange:
                return
            self._rename(file, node, renamed)
        file.replace(node.module, cst.parse_expression(JOBS))  # type: ignore[arg-type]
        file.changed(node, f"{home} becomes {JOBS}")

    def _rename(self, file: Understood, node: cst.ImportFrom, renamed: set[str]) -> None:
        """Script and Report become Job, once."""
        assert not isinstance(node.names, cst.ImportStar)
        seen: set[str] = set()
        kept = []
        for alias in node.names:
            name = alias.evaluated_name
            new = _NAMES.get(name, name)
            if new != name:
                alias = alias.with_changes(name=cst.Name(new))
                if alias.asname is None:
                    renamed.add(name)
            if alias.asname is None and new in seen:
                continue
            seen.add(new)
            kept.append(alias)
        if kept != list(node.names):
            kept[-1] = kept[-1].with_changes(comma=node.names[-1].comma)
            names = tuple(kept)
            file.edit(node, _with_names, names)

    def _modules(self, file: Understood, node: cst.ImportFrom) -> None:
        """``from nautobot.extras import jobs``."""
        assert not isinstance(node.names, cst.ImportStar)
        names = [alias.evaluated_name for alias in node.names]
        if names == ["jobs"]:
            file.replace(node.module, cst.parse_expression("nautobot.apps"))  # type: ignore[arg-type]
            file.changed(node, f"nautobot.extras.jobs becomes {JOBS}")
        elif {"jobs", "scripts", "reports"} & set(names):
            file.todo(node, f"import what belongs to Jobs from {JOBS} instead")

    def _is_use(self, file: Understood, node: cst.Name) -> bool:
        above = file.parent(node)
        if isinstance(above, cst.Attribute):
            return above.value is node
        return not isinstance(above, (cst.ImportAlias, cst.Param, cst.ClassDef, cst.FunctionDef)) and not (
            isinstance(above, cst.Arg) and above.keyword is node
        )


def _with_names(node: cst.ImportFrom, names: tuple[cst.ImportAlias, ...]) -> cst.ImportFrom:
    return node.with_changes(names=names)
