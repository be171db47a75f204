"""Packages that Nautobot does not install: imported where they are used, and told by name where they are missing."""

from __future__ import annotations

from importlib import import_module

from .access import RefusalError

# Extra of this collection to the packages that it brings, by the names to install and to import.
_EXTRAS = {
    "network": {"netmiko": "netmiko", "nornir": "nornir", "ntc-templates": "ntc_templates"},
    "dns": {"dnspython": "dns"},
}


def require_extra(extra: str) -> None:
    """Refuse if a package of an extra is missing on this worker.

    Raises:
        RefusalError: with what has to be installed.
    """
    missing = []
    for name, module in _EXTRAS[extra].items():
        try:
            import_module(module)
        except ImportError:
            missing.append(name)
    if missing:
        raise RefusalError(
            f"This Job needs the Python packages {', '.join(_EXTRAS[extra])} on Nautobot's workers, and "
            f"{', '.join(missing)} cannot be imported there. Install: pip install {' '.join(_EXTRAS[extra])}"
        )
