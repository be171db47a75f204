"""EXTRAS-CONTEXT-005: which virtual machines have a local context that violates its schema."""

from jobs.audits.checks.config_contexts import MachineSchemaViolated


def test_data_violates_the_schema(lab, found, make_schema, machine):
    schema = make_schema(port={"type": "integer"})
    lab.force(machine, local_config_context_data={"port": 22}, local_config_context_schema=schema)
    assert found(MachineSchemaViolated()) == []
    lab.force(machine, local_config_context_data={"port": "22"})
    assert found(MachineSchemaViolated()) == ["machine"]


def test_no_schema(lab, found, machine):
    lab.force(machine, local_config_context_data={"port": "22"})
    assert found(MachineSchemaViolated()) == []
