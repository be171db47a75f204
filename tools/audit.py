"""Asks for known vulnerabilities of the pinned packages, and does not take silence for good news.

pip-audit passes over a package that its service does not know, and calls that success; behind a mirror of the index that means all of them.
What is accepted for a time stands in pyproject.toml: ``[tool.pip-audit] accepted``.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Audit requirements.lock as it applies to this Python; returns the exit code."""
    accepted = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pip-audit"]["accepted"]
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    which = ["--requirement", str(ROOT / "requirements.lock"), "--require-hashes", "--disable-pip"]
    ran = subprocess.run([*command, *which], capture_output=True, text=True, check=False)
    if not ran.stdout.startswith("{"):
        last = ran.stderr.strip().splitlines()[-1:]
        print(f"Not audited: the vulnerability service did not answer.\n{''.join(last)}", file=sys.stderr)
        return 2
    problems = judge(json.loads(ran.stdout)["dependencies"], accepted, datetime.date.today())
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print("No known vulnerabilities but those accepted." if accepted else "No known vulnerabilities.")
    return 1 if problems else 0


def judge(dependencies: list[dict[str, Any]], accepted: list[dict[str, Any]], today: datetime.date) -> list[str]:
    """Say what is wrong.

    Args:
        dependencies: pip-audit's, each with ``vulns`` or a ``skip_reason``.
        accepted: each with ``id``, ``reason`` and ``until``.
        today: from `until` on, an acceptance no longer counts.
    """
    problems = []
    skipped = [dependency["name"] for dependency in dependencies if "skip_reason" in dependency]
    if skipped:
        problems.append(
            f"Not audited: the vulnerability service knows nothing of {len(skipped)} of {len(dependencies)} packages "
            f"({', '.join(skipped[:5])}{', …' if len(skipped) > 5 else ''}). A mirror of the index may have no vulnerabilities to ask for."
        )
    valid = {entry["id"] for entry in accepted if today < entry["until"]}
    for dependency in dependencies:
        for vulnerability in dependency.get("vulns", []):
            names = {vulnerability["id"], *vulnerability["aliases"]}
            if not names & valid:
                fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
                problems.append(
                    f"{dependency['name']} {dependency['version']}: {vulnerability['id']}, fixed in {fixed}"
                )
    return problems


if __name__ == "__main__":
    sys.exit(main())
