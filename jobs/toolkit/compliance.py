"""Findings as Nautobot's own *Data Compliance* records, so that each object's page shows what is wrong with it.

Nautobot keeps one record for each class, object and attribute (`nautobot.data_validation.models.DataCompliance`, since
3.0). Here the class is the id of a check and the attribute the key of the finding, or `__all__`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model, Q
from django.utils import timezone

from .access import AccessError, RefusalError, require, visible
from .checks import Check
from .scope import Scope

_MODEL = "data_validation.datacompliance"
_MOST_TEXT = 255
_BATCH = 1000
_UNIQUE = ("compliance_class_name", "content_type", "object_id", "validated_attribute")


def records(user: Any) -> type[Model]:
    """The model of the records.

    Raises:
        RefusalError: this Nautobot has none, or the user may not write them.
    """
    try:
        model = apps.get_model(_MODEL)
    except LookupError:
        raise RefusalError(
            "Record as data compliance: this Nautobot has no Data Compliance records; 3.0 is the first that has them."
        ) from None
    require(user, model, "add", "change", "delete")
    return model


def record(user: Any, scope: Scope, checks: Iterable[Check], findings: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """Write a record for each finding that is not waived, and remove those of what is not found any more.

    All or nothing, in one transaction.

    Args:
        user: who does it.
        scope: what was looked at: records of other objects stay.
        checks: those that have finished: records of others stay.
        findings: as `sinks.read_findings` gives them.

    Returns:
        how many records were written, and how many removed.

    Raises:
        RefusalError: as `records`, or a constraint of a permission forbids some of the records.
    """
    model, started = records(user), timezone.now()
    with_pages = (finding for finding in findings if finding["pk"] and not finding["waiver"])
    # On PostgreSQL the unique columns have to be named, and MySQL refuses that.
    unique = _UNIQUE if connection.features.supports_update_conflicts_with_target else None
    written = 0
    with transaction.atomic():
        while batch := {_key(finding): _record(model, finding) for finding in islice(with_pages, _BATCH)}:
            model._default_manager.bulk_create(
                batch.values(),
                update_conflicts=True,
                update_fields=("validated_object_str", "valid", "message", "last_validation_date"),
                unique_fields=unique,
            )
            written += len(batch)
        ours = Q(pk__in=[])
        for check in checks:
            of_model = apps.get_model(check.model)
            gone = ~Q(object_id__in=of_model._default_manager.order_by().values("pk"))
            in_scope = Q(object_id__in=scope.of(check.model, any_status=check.any_status).order_by().values("pk"))
            content_type = ContentType.objects.get_for_model(of_model)
            ours |= Q(compliance_class_name=check.id, content_type=content_type) & (gone | in_scope)
        fresh = model._default_manager.filter(ours, last_validation_date__gte=started)
        stale = model._default_manager.filter(ours, last_validation_date__lt=started)
        for touched, action in ((fresh, "add"), (fresh, "change"), (stale, "delete")):
            if touched.exclude(pk__in=visible(user, model, action).order_by().values("pk")).exists():
                raise AccessError(
                    f'Record as data compliance: user "{user}" may not {action} some of the records, by the constraints '
                    f"of the permission data_validation.{action}_datacompliance. Nothing is recorded."
                )
        removed = stale.count()
        stale.delete()
    return written, removed


def _key(finding: dict[str, Any]) -> tuple[str, ...]:
    return finding["check"], finding["pk"], finding["key"]


def _record(model: type[Model], finding: dict[str, Any]) -> Model:
    details = "; ".join(f"{label}: {text}" for label, text in finding["details"].items())
    return model(
        compliance_class_name=finding["check"],
        content_type=ContentType.objects.get_for_model(apps.get_model(finding["model"])),
        object_id=finding["pk"],
        validated_object_str=finding["display"][:_MOST_TEXT],
        validated_attribute=(finding["key"] or "__all__")[:_MOST_TEXT],
        valid=False,
        message=" ".join(filter(None, (finding["message"], details))),
    )
