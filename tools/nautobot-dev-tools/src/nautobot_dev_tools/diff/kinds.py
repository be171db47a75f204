"""Every kind of change, and how bad it is; the documentation's table is written from it."""

from __future__ import annotations

# Severities of a kind, the usual one first, and what it is.
KINDS: dict[str, tuple[str, str]] = {
    "job-removed": ("breaking", "A Job is gone"),
    "job-renamed": ("breaking", "A Job seems to have another class name, or to have moved to another module"),
    "job-unregistered": ("breaking", "A Job's class is there, but `register_jobs()` no longer gets it"),
    "receiver-changed": (
        "breaking",
        "A Job became a button's or hook's receiver or the other way round, or Nautobot cannot call it",
    ),
    "unreadable": (
        "breaking",
        "A file below `jobs/` no longer parses; benign elsewhere, or where it did not parse before",
    ),
    "variable-removed": ("breaking", "A variable is gone"),
    "variable-renamed": ("breaking", "A variable seems to have another name"),
    "variable-required": ("breaking", "A variable became required, or a new one is"),
    "argument-required": ("breaking", "A new optional variable has no default in the signature of `run()`"),
    "variable-type": (
        "breaking",
        "A variable has another type or model; benign where the new type takes all that the old one took",
    ),
    "variable-narrowed": ("breaking", "A limit or a pattern leaves out values that were fine before"),
    "choices-narrowed": ("breaking", "Choices are gone"),
    "nautobot-raised": ("breaking", "An older Nautobot is no longer enough, for the repository or for one Job"),
    "nautobot-limited": ("breaking", "A newer Nautobot is no longer accepted"),
    "python-raised": ("breaking", "An older Python is no longer enough"),
    "python-limited": ("breaking", "A newer Python is no longer accepted"),
    "writes": (
        "risky",
        "A Job writes to the database, or to further models; benign where it wrote to models that cannot be told",
    ),
    "read-only": ("risky", "`Meta.read_only` is taken back; benign where it is new"),
    "dryrun-default": ("risky", "The dry run is no longer the default, or became it"),
    "sensitive-flag": (
        "risky",
        "`Meta.has_sensitive_variables` changed: no schedules and approvals with it, inputs kept without it",
    ),
    "time-limit": ("risky", "A time limit changed"),
    "queues": ("risky", "Task queues are gone, or another is the default; benign where they were only added"),
    "singleton": ("risky", "`Meta.is_singleton` changed"),
    "approval": ("risky", "`Meta.approval_required` changed, which Nautobot 2 looks at"),
    "permission": (
        "risky",
        "A Job asks for a further permission; benign where it asked for one that could not be told",
    ),
    "permission-gone": ("risky", "A Job no longer asks for a permission"),
    "network": ("risky", "A Job talks to other systems, or by other means than before"),
    "process": ("risky", "A Job starts programs"),
    "package": ("risky", "A Job imports a package that Nautobot does not bring along"),
    "dependency-added": ("risky", "The repository asks for a further package"),
    "not-readable": ("risky", "What a variable accepts is computed, and what it is computed from changed"),
    "job-added": ("benign", "A new Job"),
    "variable-added": ("benign", "A new optional variable"),
    "variable-optional": ("benign", "A variable is no longer required"),
    "variable-widened": ("benign", "A limit or a pattern takes more values"),
    "choices-added": ("benign", "New choices"),
    "default-changed": ("benign", "Another default in the form"),
    "form-order": ("benign", "Another order of the variables"),
    "form-text": ("benign", "Other labels, descriptions and the like"),
    "title": ("benign", "A Job has another name in the UI"),
    "group": ("benign", "A Job is in another group"),
    "meta-text": ("benign", "Another description and the like"),
    "lifecycle": ("benign", "A method that Nautobot calls beside `run()` is new or gone"),
    "code": ("benign", "A Job's class is written otherwise, and none of the above"),
    "writes-gone": ("benign", "A Job no longer writes to the database"),
    "network-gone": ("benign", "A Job no longer talks to other systems"),
    "process-gone": ("benign", "A Job no longer starts programs"),
    "nautobot-lowered": ("benign", "An older Nautobot is enough for a Job"),
    "nautobot-range": ("benign", "Other versions of Nautobot are accepted, and none less"),
    "python-range": ("benign", "Other versions of Python are accepted, and none less"),
    "dependency-changed": ("benign", "Another version of a package is asked for"),
    "dependency-removed": ("benign", "A package is no longer asked for"),
    "readable": ("benign", "A file parses that did not"),
}


def table() -> str:
    """The table of the documentation, in Markdown."""
    lines = ["| Kind | Severity | What it is |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| `{kind}` | {severity} | {text} |" for kind, (severity, text) in KINDS.items())])
