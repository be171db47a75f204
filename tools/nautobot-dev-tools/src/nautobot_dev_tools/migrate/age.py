"""Whether a repository is of Nautobot 1.x: only there does a name alone say enough."""

from __future__ import annotations

from functools import lru_cache

from ..source.contracts import Contract, Job
from .models import replaced


def is_old_job(job: Job) -> bool:
    """Whether a Job's run() is one of 1.x."""
    run = job.methods.get("run")
    return run is not None and bool({"data", "commit"} & {each.arg for each in run[1].args.args})


@lru_cache(maxsize=1)
def is_old(contract: Contract) -> bool:
    """Whether any Job is of 1.x, or any module imports what 2.0 removed."""
    gone = {tuple(old.split(".")) for old in replaced()}
    for module in contract.repository.modules.values():
        for name in module.names.values():
            parts = name.split(".")
            if parts[:2] == ["nautobot", "utilities"]:
                return True
            if parts[0] == "nautobot" and len(parts) > 3 and (parts[1], parts[-1]) in gone and parts[2] == "models":
                return True
    return any(is_old_job(job) for job in contract.jobs.values())
