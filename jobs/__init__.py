"""The table of contents: every Job of this repository is imported and registered here, in one call."""

from nautobot.apps.jobs import register_jobs

from .audits.access import AccessAudit
from .audits.automation import AutomationHealth
from .audits.cabling import CablingAudit
from .audits.circuits import CircuitAudit
from .audits.config_contexts import ConfigContextAudit
from .audits.connections import ConnectionAudit
from .audits.devices import DeviceAudit
from .audits.hygiene import HygieneAudit
from .audits.interfaces import InterfaceAudit
from .audits.ipam import IpamAudit
from .audits.power import PowerAudit
from .audits.primary_addresses import PrimaryAddressAudit
from .audits.racks import RackAudit
from .audits.scorecard import Scorecard
from .audits.software import SoftwareAudit
from .audits.virtualization import VirtualizationAudit
from .audits.vlans import VlanAudit
from .audits.wireless import WirelessAudit
from .automation.access_review import AccessAndSecretsReview
from .automation.apply_manifest import ApplyAutomationManifest
from .automation.change_digest import ChangeDigest
from .automation.export_inventory import ExportInventory
from .automation.export_manifest import ExportAutomationManifest
from .automation.notify import Notify
from .automation.preview_update import PreviewRepositoryUpdate
from .automation.retention import Retention
from .changes.address_interfaces import AddressInterfaces
from .changes.allocate_addresses import AllocateAddresses
from .changes.allocate_prefixes import AllocatePrefixes
from .changes.assign_management_addresses import AssignManagementAddresses
from .changes.close_location import CloseLocation
from .changes.connect_cables import ConnectCables
from .changes.decommission import DecommissionDevices
from .changes.deploy_design import DeployDesign
from .changes.fix_primary_addresses import FixPrimaryAddresses
from .changes.import_device_types import ImportDeviceTypes
from .changes.interface_descriptions import InterfaceDescriptions
from .changes.move_devices import MoveDevices
from .changes.rename import RenameByTemplate
from .changes.renumber import Renumber
from .changes.replace_device import ReplaceDevice
from .changes.restore import RestoreFromChangeLog
from .changes.synchronize_components import SynchronizeComponents
from .changes.undo import UndoChange
from .examples.add_notes import AddNotes
from .examples.button import WhatUsesThis
from .examples.every_variable import EveryVariable
from .examples.files import FilesInAndOut
from .examples.hello_world import HelloWorld
from .examples.hook import NormalizeSerial
from .examples.lifecycle import Lifecycle
from .examples.log_levels import LogLevels
from .network.configuration_snapshot import ConfigurationSnapshot
from .network.dns_consistency import DnsConsistency
from .network.facts_drift import FactsDrift
from .network.neighbours import NeighboursAgainstCabling
from .network.ports import PortsInReality
from .network.reachability import ReachabilitySweep
from .network.show_commands import RunShowCommands
from .network.zone_files import ZoneFiles
from .receivers.allocate_button import AllocateFromThis
from .receivers.allocate_hook import AllocateOnCreation
from .receivers.audit_button import AuditThis
from .receivers.audit_hook import AuditChanged
from .receivers.decommission_button import DecommissionThis
from .receivers.descriptions_hook import KeepDescriptions
from .receivers.guard_hook import GuardDecommissioning
from .receivers.rename_button import RenameThis
from .receivers.synchronize_button import SynchronizeThis
from .receivers.trace_button import TraceThis
from .toolkit.compat import since

register_jobs(
    AccessAndSecretsReview,
    AccessAudit,
    AddNotes,
    AddressInterfaces,
    AllocateAddresses,
    AllocateFromThis,
    AllocateOnCreation,
    AllocatePrefixes,
    ApplyAutomationManifest,
    AssignManagementAddresses,
    AuditThis,
    AutomationHealth,
    CablingAudit,
    ChangeDigest,
    CircuitAudit,
    CloseLocation,
    ConfigContextAudit,
    ConfigurationSnapshot,
    ConnectCables,
    ConnectionAudit,
    DecommissionDevices,
    DecommissionThis,
    DeployDesign,
    DeviceAudit,
    DnsConsistency,
    EveryVariable,
    ExportAutomationManifest,
    ExportInventory,
    FactsDrift,
    FilesInAndOut,
    FixPrimaryAddresses,
    GuardDecommissioning,
    HelloWorld,
    HygieneAudit,
    ImportDeviceTypes,
    InterfaceAudit,
    InterfaceDescriptions,
    IpamAudit,
    KeepDescriptions,
    Lifecycle,
    LogLevels,
    MoveDevices,
    NeighboursAgainstCabling,
    NormalizeSerial,
    Notify,
    PortsInReality,
    PowerAudit,
    PreviewRepositoryUpdate,
    PrimaryAddressAudit,
    RackAudit,
    ReachabilitySweep,
    RenameByTemplate,
    RenameThis,
    Renumber,
    ReplaceDevice,
    RestoreFromChangeLog,
    Retention,
    RunShowCommands,
    Scorecard,
    SoftwareAudit,
    SynchronizeComponents,
    SynchronizeThis,
    TraceThis,
    UndoChange,
    VirtualizationAudit,
    VlanAudit,
    WhatUsesThis,
    WirelessAudit,
    ZoneFiles,
    *since("3.0", AuditChanged),
)
