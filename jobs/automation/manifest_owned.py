"""What a manifest owns: what it has created, and may remove again when it is no longer declared.

It is remembered in one place: a record of metadata of the type “Automation manifest” at the Job that applies manifests,
in words that people can read: {"nautobot-jobs": {"groups": ["Job readers"]}}.
Tags would do for three of the models only, and groups and permissions can carry neither tags nor metadata.
"""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from nautobot.extras.models import Job, MetadataType, ObjectMetadata

from ..toolkit.access import RefusalError, visible
from ..toolkit.plan import Plan
from .manifest_document import SECTIONS

METADATA_TYPE = "Automation manifest"


class Owned:
    """What one manifest owns, by section and name.

    Args:
        plan: the plan that is made.
        manifest: name of the manifest.
        job: the record of the Job that applies manifests.
        adopt: own also what is declared and was there before.
    """

    def __init__(self, plan: Plan, manifest: str, job: Any, adopt: bool) -> None:
        self._plan, self._manifest, self._job, self._adopt = plan, manifest, job, adopt
        self._type = visible(plan.user, MetadataType).filter(name=METADATA_TYPE).first()
        records = visible(plan.user, ObjectMetadata).filter(metadata_type__name=METADATA_TYPE)
        self._record = records.select_related("metadata_type").order_by("created", "pk").first()
        self._all: dict[str, Any] = dict(self._record.value) if self._record else {}
        owns = self._all.get(manifest, {})
        self._names = {section: set(owns.get(section, ())) for section in SECTIONS}

    def of(self, section: str) -> set[str]:
        """Names of what it owns."""
        return set(self._names[section])

    def add(self, section: str, name: str) -> None:
        """The manifest has created or changed it."""
        self._names[section].add(name)

    def found(self, section: str, name: str) -> None:
        """It is declared, and was there before."""
        if self._adopt:
            self.add(section, name)

    def drop(self, section: str, name: str) -> None:
        """It is gone."""
        self._names[section].discard(name)

    def remember(self) -> None:
        """Plan that it is remembered.

        Raises:
            RefusalError: the type of metadata was made by somebody for something else.
        """
        owns = {section: sorted(names) for section, names in self._names.items() if names}
        value = {name: each for name, each in {**self._all, self._manifest: owns}.items() if each}
        reason = "remembers what the manifest owns"
        if self._record is not None:
            self._plan.update(self._record, reason=reason, _value=value)
        elif value:
            job_type = ContentType.objects.get_for_model(Job)
            if self._type is None:
                self._type = MetadataType(
                    name=METADATA_TYPE,
                    data_type="json",
                    description="What an automation manifest has created. Written by the Job that applies it.",
                )
                self._plan.create(self._type, reason=reason, content_types=[job_type])
            elif self._type.data_type != "json" or not self._type.content_types.filter(pk=job_type.pk).exists():
                raise RefusalError(
                    f"The metadata type {METADATA_TYPE} has to be of the type JSON, and for extras | job. Rename yours."
                )
            record = ObjectMetadata(
                metadata_type=self._type,
                assigned_object_type=job_type,
                assigned_object_id=self._job.pk,
                scoped_fields=[],
                _value=value,
            )
            self._plan.create(record, reason=reason)
