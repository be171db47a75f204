"""Checks of VLANs."""

from .duplicate import VlanDuplicate
from .elsewhere import VlanElsewhere
from .no_prefix import VlanWithoutPrefix
from .prefixes import VlanWithSeveralPrefixes
from .unused import VlanUnused

CHECKS = (VlanElsewhere, VlanDuplicate, VlanWithoutPrefix, VlanWithSeveralPrefixes, VlanUnused)
