"""DCIM-PLATFORM-001: unused platform."""

from __future__ import annotations

from ._unused import Unused


class UnusedPlatform(Unused):
    """Platforms that nothing runs."""

    id = "DCIM-PLATFORM-001"
    title = "Unused platform"
    model = "dcim.platform"
    description = (
        "No device, virtual machine, controller or software version has the platform, no config context asks for it, and "
        "nothing else refers to it."
    )
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = 'No device has run "Cisco CatOS" for years.'
    good = '"Cisco IOS-XE" has a software version, though no device yet.'
