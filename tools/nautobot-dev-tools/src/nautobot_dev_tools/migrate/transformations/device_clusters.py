"""The cluster of devices, which may be in several since 3.0."""

from __future__ import annotations

import libcst as cst

from ..to_many import ToMany, rewrite_to_many
from ..transformation import Transformation
from ..understood import Understood

_RELATION = ToMany(("Device",), "cluster", "clusters", "Cluster")


class DeviceClusters(Transformation):
    """Nautobot still takes `cluster` to create a device, and for a filter that starts with it; not within Q() or another path."""

    id = "device-clusters"
    title = "Device.cluster becomes clusters"
    since = "3.0"
    page = "release-notes/version-3.0.html#device-to-multiple-clusters-7203"

    def concerns(self, text: str) -> bool:
        """Whether it has a cluster of anything."""
        return "cluster" in text and "device" in text.lower()

    def run(self, file: Understood) -> cst.Module:
        """Rewrite what is known."""
        rewrite_to_many(file, _RELATION)
        return file.edited()
