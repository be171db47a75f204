"""What happened before: a change that a Job has applied, and that can be undone."""

from __future__ import annotations

import json

from django.core.files.base import ContentFile
from django.utils import timezone
from example_network.network import Network
from nautobot.extras.models import FileProxy, JobResult

DEVICE = "ams01-core-01"
TITLE = f"Comment on {DEVICE}"
COMMENT = "Maintenance contract until the end of 2027."


def build(net: Network) -> None:
    """Let a device have a comment, with the run that wrote it and the journal of that run."""
    device = net.devices[DEVICE]
    before = device.comments
    device.comments = COMMENT
    device.validated_save()
    now = timezone.now()
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
