"""EXTRAS-CONTEXT-005: local config context of a virtual machine violates its schema."""

from __future__ import annotations

from ._schemas import SchemaViolated


class MachineSchemaViolated(SchemaViolated):
    """Virtual machines whose local context is not what its schema says."""

    id = "EXTRAS-CONTEXT-005"
    title = "Local config context of virtual machine violates its schema"
    model = "virtualization.virtualmachine"
    description = (
        "The local config context of the virtual machine does not validate against its local config context schema "
        "(JSON Schema, draft 7), or the schema is no valid one. Nautobot validates only when the virtual machine is "
        "saved: a schema changed later goes unnoticed. Templates rely on the form of the data."
    )
    bad = 'The schema requires "port" to be an integer; the local context of ams01-vm-app-01 has "port": "8080".'
    good = "ams01-vm-dns-01 has a local context and no schema for it."

    _DATA = "local_config_context_data"
    _SCHEMA = "local_config_context_schema"
