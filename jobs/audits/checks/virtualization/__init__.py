"""Checks of the Virtualization audit."""

from .cluster_hosts import ClusterWithoutHosts
from .duplicate import MachineDuplicate
from .incomplete import MachineIncomplete
from .no_address import MachineWithoutAddress
from .no_interface import MachineWithoutInterface
from .over_commit import ClusterOverCommit
from .primary_foreign import MachinePrimaryForeign
from .primary_missing import MachinePrimaryMissing
from .zero import MachineZero

CHECKS = (
    MachineWithoutInterface,
    MachineWithoutAddress,
    MachinePrimaryMissing,
    MachinePrimaryForeign,
    MachineIncomplete,
    MachineDuplicate,
    MachineZero,
    ClusterWithoutHosts,
    ClusterOverCommit,
)
