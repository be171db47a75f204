"""EXTRAS-CUSTOMFIELD-001: custom field that nobody fills."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import BooleanField, Case, Exists, F, OuterRef, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce
from nautobot.extras.models import CustomField

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import JsonText


class UnfilledCustomField(Check):
    """Custom fields that every form shows and no object has."""

    id = "EXTRAS-CUSTOMFIELD-001"
    title = "Custom field that nobody fills"
    severity = Severity.LOW
    model = "extras.customfield"
    description = (
        "No object of any of the custom field's content types has a value in it; null, an empty text and an empty "
        "selection are no values. Whoever opens a form asks what it is for."
    )
    remedy = "Delete the custom field, or fill it."
    tags = ("unused",)
    since = "0.1.0"
    bad = '"Asset owner" of devices and racks is empty in all of them.'
    good = '"Support contract" has a value in one device of ten thousand; "Is critical" is false everywhere.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Custom fields without a value anywhere."""
        # Two queries: the database has to be told in which tables to look.
        labels = CustomField.content_types.through.objects.order_by().values_list(
            "contenttype__app_label", "contenttype__model"
        )
        filled = [
            When(content_types__app_label=app_label, content_types__model=model, then=Exists(_values(app_label, model)))
            for app_label, model in sorted(set(labels))
            if _has_custom_fields(app_label, model)
        ]
        if not filled:
            return
        used = CustomField.objects.annotate(filled=Case(*filled, default=Value(False), output_field=BooleanField()))
        used = used.filter(filled=True, pk=OuterRef("pk")).order_by()
        for row in self.rows(objects.filter(~Exists(used)), "key"):
            yield self.finding(row, context, "No object has a value in the custom field.", details={"key": row["key"]})


def _has_custom_fields(app_label: str, model: str) -> bool:
    try:
        return hasattr(apps.get_model(app_label, model), "_custom_field_data")
    except LookupError:  # of an App that is no longer installed
        return False


def _values(app_label: str, model: str) -> QuerySet:
    rows = apps.get_model(app_label, model)._base_manager.order_by()
    text = Coalesce(JsonText(F("_custom_field_data"), OuterRef("key")), Value(""), output_field=TextField())
    return rows.annotate(_text=text).exclude(_text__in=["", "[]", "null"])
