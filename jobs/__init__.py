"""The table of contents: every Job of this repository is imported and registered here, in one call."""

from nautobot.apps.jobs import register_jobs

from .audits.circuits import CircuitAudit
from .audits.config_contexts import ConfigContextAudit
from .audits.connections import ConnectionAudit
from .audits.devices import DeviceAudit
from .audits.interfaces import InterfaceAudit
from .audits.ipam import IpamAudit
from .audits.primary_addresses import PrimaryAddressAudit
from .audits.scorecard import Scorecard
from .audits.virtualization import VirtualizationAudit
from .examples.add_notes import AddNotes
from .examples.button import WhatUsesThis
from .examples.every_variable import EveryVariable
from .examples.files import FilesInAndOut
from .examples.hello_world import HelloWorld
from .examples.hook import NormalizeSerial
from .examples.lifecycle import Lifecycle
from .examples.log_levels import LogLevels

register_jobs(
    AddNotes,
    CircuitAudit,
    ConfigContextAudit,
    ConnectionAudit,
    DeviceAudit,
    EveryVariable,
    FilesInAndOut,
    HelloWorld,
    InterfaceAudit,
    IpamAudit,
    Lifecycle,
    LogLevels,
    NormalizeSerial,
    PrimaryAddressAudit,
    Scorecard,
    VirtualizationAudit,
    WhatUsesThis,
)
