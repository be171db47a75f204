"""A way to ask a single check about the objects of the laboratory."""

import pytest


@pytest.fixture
def ask(superuser):
    """A function that asks a check and returns its findings: ``ask(Check(), user=None, objects=None, most_queries=1)``.

    Without objects it is asked about all of its model.
    """
    from django.apps import apps
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from jobs.toolkit.checks import Context

    def run(check, user=None, objects=None, most_queries=1):
        if objects is None:
            objects = apps.get_model(check.model)._default_manager.all()
        context = Context(user or superuser)
        # Asked for once an audit, not once a check: names of locations and the user's permissions.
        assert context.location_names is not None
        context.user.get_all_permissions()
        with CaptureQueriesContext(connection) as queries:
            findings = list(check.find(objects, context))
        asked = [query["sql"] for query in queries if "django_content_type" not in query["sql"][:40]]
        assert len(asked) <= most_queries, asked
        assert all(finding.check == check.id for finding in findings)
        return findings

    return run


@pytest.fixture
def found(ask):
    """A function that returns the names of the objects that a check finds something wrong with."""

    def run(check, user=None, **options):
        return [finding.display for finding in ask(check, user, **options)]

    return run


@pytest.fixture
def copies(lab):
    """A function that makes devices like the given one, with its ports, without going through validation one by one."""
    from nautobot.dcim.models import ConsolePort, Device, Interface, PowerPort

    def run(device, number, prefix="copy", **values):
        def copy(original, **changes):
            columns = {
                field.attname: getattr(original, field.attname)
                for field in original._meta.concrete_fields
                if field.name not in ("id", "created", "last_updated")
            }
            return type(original)(**{**columns, **changes})

        devices = Device.objects.bulk_create(
            copy(device, name=f"{prefix}-{index}", _name=f"{prefix}-{index:08}", **values) for index in range(number)
        )
        for model in (ConsolePort, PowerPort, Interface):
            ports = list(model.objects.filter(device=device))
            model.objects.bulk_create(copy(port, device_id=each.pk) for each in devices for port in ports)
        return devices

    return run


@pytest.fixture
def make_job(db):
    """A function that makes the record of a Job: ``make_job("Audit", enabled=False)``."""
    from nautobot.extras.models import Job, JobQueue

    queue, _ = JobQueue.objects.get_or_create(name="default", defaults={"queue_type": "celery"})

    def run(name, **values):
        # Past validation, which asks for the class.
        fields = {"grouping": "Tests", "module_name": "tests", "installed": True, "enabled": True, **values}
        fields["default_job_queue"] = queue
        (job,) = Job.objects.bulk_create([Job(name=name, job_class_name=name, **fields)])
        return job

    return run
