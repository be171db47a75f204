"""EXTRAS-CONTEXT-003: which config contexts violate their schema."""

from jobs.audits.checks.config_contexts import ContextSchemaViolated

LIST = {"type": "array", "items": {"type": "string"}}


def test_data_violates_the_schema(lab, ask, make_context, make_schema):
    context = make_context("base", {"ntp": ["192.0.2.1"]}, config_context_schema=make_schema(ntp=LIST))
    assert ask(ContextSchemaViolated()) == []
    lab.force(context, data={"ntp": ["192.0.2.1", 5]})
    (finding,) = ask(ContextSchemaViolated())
    assert finding.pk == str(context.pk)
    assert finding.details == {"schema": "schema", "path": "ntp.1", "rule": "type", "wanted": "string"}


def test_values_are_not_told(lab, ask, make_context, make_schema):
    context = make_context("base", {}, config_context_schema=make_schema(ntp=LIST))
    lab.force(context, data={"ntp": "hunter2"})
    (finding,) = ask(ContextSchemaViolated())
    assert "hunter2" not in f"{finding.message} {finding.details}"


def test_schema_that_is_none(lab, ask, make_context, make_schema):
    schema = make_schema(ntp=LIST)
    make_context("base", {"ntp": []}, config_context_schema=schema)
    lab.force(schema, data_schema={"type": "nonsense"})
    (finding,) = ask(ContextSchemaViolated())
    assert "schema" in finding.message


def test_no_schema(found, make_context, make_schema):
    make_schema(ntp=LIST)
    make_context("base", {"ntp": 5})
    assert found(ContextSchemaViolated()) == []


def test_other_keys(found, make_context, make_schema):
    make_context("base", {"dns": 5}, config_context_schema=make_schema(ntp=LIST))
    assert found(ContextSchemaViolated()) == []
