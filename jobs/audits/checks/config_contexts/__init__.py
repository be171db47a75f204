"""Checks of the Config context audit."""

from .conflicting import ConflictingContexts
from .inactive import InactiveContext
from .matching_nothing import ContextMatchingNothing
from .owner_gone import OwnerGone
from .required_devices import RequiredDeviceKeys
from .required_machines import RequiredMachineKeys
from .schema_contexts import ContextSchemaViolated
from .schema_devices import DeviceSchemaViolated
from .schema_machines import MachineSchemaViolated

CHECKS = (
    RequiredDeviceKeys,
    RequiredMachineKeys,
    ContextSchemaViolated,
    DeviceSchemaViolated,
    MachineSchemaViolated,
    ConflictingContexts,
    ContextMatchingNothing,
    InactiveContext,
    OwnerGone,
)
