"""The table of contents: every Job of this repository is imported and registered here, in one call."""

from nautobot.apps.jobs import register_jobs

from .audits.access import AccessAudit
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
from .changes.deploy_design import DeployDesign
from .changes.interface_descriptions import InterfaceDescriptions
from .changes.undo import UndoChange
from .examples.add_notes import AddNotes
from .examples.button import WhatUsesThis
from .examples.every_variable import EveryVariable
from .examples.files import FilesInAndOut
from .examples.hello_world import HelloWorld
from .examples.hook import NormalizeSerial
from .examples.lifecycle import Lifecycle
from .examples.log_levels import LogLevels

register_jobs(
    AccessAudit,
    AddNotes,
    CablingAudit,
    CircuitAudit,
    ConfigContextAudit,
    ConnectionAudit,
    DeployDesign,
    DeviceAudit,
    EveryVariable,
    FilesInAndOut,
    HelloWorld,
    HygieneAudit,
    InterfaceAudit,
    InterfaceDescriptions,
    IpamAudit,
    Lifecycle,
    LogLevels,
    NormalizeSerial,
    PowerAudit,
    PrimaryAddressAudit,
    RackAudit,
    Scorecard,
    SoftwareAudit,
    UndoChange,
    VirtualizationAudit,
    VlanAudit,
    WhatUsesThis,
    WirelessAudit,
)
