"""What happened before: a change that a Job has applied, and that can be undone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils import timezone
from nautobot.dcim.models import Device
from nautobot.extras.models import FileProxy, JobResult, ObjectChange

DEVICE = "ams01-core-01"
TITLE = f"Comment on {DEVICE}"
# Of the entries in the change log that tell of the device and of its comment.
BUILT, REQUEST = UUID("00000000-0000-4000-8000-000000000001"), UUID("00000000-0000-4000-8000-000000000002")
COMMENT = "Maintenance contract until the end of 2027."


def build() -> None:
    """Let a device have a comment, with the run that wrote it and the journal of that run."""
    device = Device.objects.get(name=DEVICE)
    before = device.comments
    now = timezone.now()
    _log(device, "create", BUILT, now - timedelta(days=30))
    device.comments = COMMENT
    device.validated_save()
    _log(device, "update", REQUEST, now)
    result = JobResult(name=TITLE, status="SUCCESS", date_done=now, result={"changes": 1, "applied": True})
    result.save()
    step = {
        "action": "update",
        "model": "dcim.device",
        "pk": str(device.pk),
        "name": device.name,
        "before": {"comments": before},
        "after": {"comments": COMMENT},
    }
    journal = {
        "schema": "undo/1",
        "job": "",
        "title": TITLE,
        "user": "",
        "request_id": "",
        "time": now.isoformat(),
        "fingerprint": "",
        "steps": [step],
        "along": {},
    }
    content = ContentFile(json.dumps(journal).encode(), name="undo.json")
    FileProxy.objects.create(name="undo.json", job_result=result, file=content)


def _log(device: Device, action: str, request: UUID, when: datetime) -> None:
    """An entry of the change log."""
    entry = device.to_objectchange(action)
    entry.request_id, entry.user_name, entry.change_context = request, "noc", "orm"
    entry.validated_save()
    ObjectChange.objects.filter(pk=entry.pk).update(time=when)
