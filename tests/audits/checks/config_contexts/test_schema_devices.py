"""EXTRAS-CONTEXT-004: which devices have a local context that violates its schema."""

from jobs.audits.checks.config_contexts import DeviceSchemaViolated


def test_data_violates_the_schema(lab, ask, make_schema, switch):
    schema = make_schema(port={"type": "integer"})
    lab.force(switch, local_config_context_data={"port": 22}, local_config_context_schema=schema)
    assert ask(DeviceSchemaViolated()) == []
    lab.force(switch, local_config_context_data={"port": "22"})
    (finding,) = ask(DeviceSchemaViolated())
    assert (finding.display, finding.details["path"], finding.details["wanted"]) == ("switch", "port", "integer")


def test_required_by_the_schema_and_no_data(lab, found, make_schema, switch):
    schema = make_schema(port={"type": "integer"})
    lab.force(schema, data_schema={**schema.data_schema, "required": ["port"]})
    lab.force(switch, local_config_context_schema=schema)
    assert found(DeviceSchemaViolated()) == ["switch"]


def test_no_schema(lab, found, switch):
    lab.force(switch, local_config_context_data={"port": "22"})
    assert found(DeviceSchemaViolated()) == []
