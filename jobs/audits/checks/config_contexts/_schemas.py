"""What the three checks of schemas share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db.models import QuerySet
from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError, best_match

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class SchemaViolated(Check):
    """Objects whose context data violates its schema. Subclasses say which data."""

    severity = Severity.HIGH
    remedy = "Correct the data at the path given, or the schema if it is that which is out of date."
    tags = ("config-context",)
    since = "0.1.0"

    _DATA: ClassVar[str]
    _SCHEMA: ClassVar[str]

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Validated as Nautobot does when an object is saved; by the database that cannot be done."""
        validators: dict[Any, Draft7Validator | None] = {}
        name, schema = f"{self._SCHEMA}__name", f"{self._SCHEMA}__data_schema"
        rows = objects.filter(**{f"{self._SCHEMA}__isnull": False})
        for row in self.rows(rows, self._DATA, self._SCHEMA, name, schema):
            if row[self._SCHEMA] not in validators:
                validators[row[self._SCHEMA]] = _validator(row[schema])
            validator = validators[row[self._SCHEMA]]
            details = {"schema": row[name]}
            if validator is None:
                yield self.finding(row, context, "The schema of the data is itself no valid schema.", details=details)
            # An empty local context is what Nautobot takes for none; it refuses a schema without data all the same.
            elif error := best_match(validator.iter_errors(row[self._DATA] or {})):
                # Never the value: contexts hold what not everyone who reads a report should.
                details |= {"path": ".".join(map(str, error.absolute_path)), "rule": str(error.validator)}
                if error.validator == "type":
                    details["wanted"] = str(error.validator_value)
                yield self.finding(row, context, "The data violates its schema.", details=details)


def _validator(schema: Any) -> Draft7Validator | None:
    try:
        Draft7Validator.check_schema(schema)
    except SchemaError:
        return None
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)
