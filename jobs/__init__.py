"""The table of contents: every Job of this repository is imported and registered here, in one call."""

from nautobot.apps.jobs import register_jobs

from .audits.connections import ConnectionAudit
from .audits.primary_addresses import PrimaryAddressAudit
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
    ConnectionAudit,
    EveryVariable,
    FilesInAndOut,
    HelloWorld,
    Lifecycle,
    LogLevels,
    NormalizeSerial,
    PrimaryAddressAudit,
    WhatUsesThis,
)
