"""A hook that audits what was changed, and keeps its compliance records true."""

from __future__ import annotations

from django.apps import apps
from nautobot.apps.jobs import JobHookReceiver

from ..audits.scorecard import CHECKS
from ..toolkit.access import RefusalError
from ..toolkit.audit import Audit
from ..toolkit.bursts import burst, changed_objects
from ..toolkit.receiving import refusals
from ..toolkit.scope import One
from ..toolkit.selection import NEVER

name = "Receivers"


class AuditChanged(JobHookReceiver):
    """Audits each object when it is changed, and updates Nautobot's records of data compliance about it.

    So the page of an object shows at once whether a change has mended it or broken it. Checks that compare with other
    objects (names twice, say) update the records of the changed object; those of the others follow with the next audit
    that records data compliance.

    A burst of changes is handled together: see the documentation of receivers.

    To use it, enable this Job, then add a *Job Hook* for the types of objects that matter, on create, update and delete.
    It runs on behalf of the user who made the change.

    **Changes:** Nautobot's records of data compliance about the changed objects.
    **Produces:** a log with the findings.
    **Needs:** the permission `view` on the object; `data_validation.add_datacompliance`,
    `data_validation.change_datacompliance`, `data_validation.delete_datacompliance`.
    """

    class Meta:
        name = "Audit what was changed (hook)"
        description = "Audit each object when it is changed, and update its data compliance records."
        hidden = True
        has_sensitive_variables = False
        read_only = False
        soft_time_limit = 600
        time_limit = 660

    def receive_job_hook(self, change, action, changed_object):
        """Audit the objects of all changes that are to be handled."""
        with refusals(self), burst(self, change) as changes:
            for label, keys in changed_objects(changes).items():
                model = apps.get_model(label)
                checks = [check for check in CHECKS if check.model == label]
                if not checks:
                    raise RefusalError(
                        f"No check looks at {model._meta.verbose_name_plural}. Take the type out of the job hook."
                    )
                # Those that are gone as well: they lose their records.
                objects = [One(label, pk, name) for pk, name in keys.items()]
                Audit(self, checks, files=False).run(objects=objects, record_compliance=True, fail_at=NEVER)
