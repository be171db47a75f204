"""Buttons pressed and hooks started as Nautobot does, and settings as administrators make them."""

import pytest


@pytest.fixture
def press(run_job):
    """Press a button on an object's page."""

    def press(job, obj, user=None):
        return run_job(job, {"object_pk": str(obj.pk), "object_model_name": obj._meta.label_lower}, user=user)

    return press


@pytest.fixture
def asked():
    """A function that counts the queries of a run without those of its log, of its files and of settings.

    More objects make more lines in the log, and the first run of a process asks for settings that later ones know.
    """
    beside = ("extras_joblogentry", "extras_jobresult", "extras_fileattachment", "extras_fileproxy", "constance_")

    def asked(run):
        return len([query for query in run.queries if not any(table in query for table in beside)])

    return asked


@pytest.fixture
def changed(superuser):
    """A function that changes an object as a user does, and returns the entry in the change log."""
    from nautobot.extras.context_managers import web_request_context
    from nautobot.extras.models import ObjectChange

    def changed(obj, user=None, **attributes):
        with web_request_context(user or superuser):
            for name, value in attributes.items():
                setattr(obj, name, value)
            obj.validated_save()
        return ObjectChange.objects.filter(changed_object_id=obj.pk).latest("time")

    return changed


@pytest.fixture
def receive(run_job):
    """Run a hook for an entry in the change log."""

    def receive(job, change, user=None):
        return run_job(job, {"object_change": change}, user=user)

    return receive


@pytest.fixture
def hook(db):
    """A function that makes a job hook, so that Nautobot itself queues the runs."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.extras.models import Job, JobHook

    def make(job, *models):
        record = JobHook(
            name=job.__name__,
            job=Job.objects.get(job_class_name=job.__name__),
            type_create=True,
            type_update=True,
            type_delete=True,
        )
        record.validated_save()
        record.content_types.set(ContentType.objects.get_for_models(*models).values())
        return record

    return make


@pytest.fixture
def set_up(db):
    """A function that writes settings of a receiver into a config context."""
    from nautobot.extras.models import ConfigContext

    def make(receiver, name="Receivers", weight=1000, **values):
        context = ConfigContext(name=name, weight=weight, data={"job_receivers": {receiver: values}})
        context.validated_save()
        return context

    return make


@pytest.fixture(autouse=True)
def fresh_notes():
    """Nothing in the cache of what earlier tests have handled: their rows are rolled back, and keys are random anyhow."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def changes_logged(db):
    """A function that returns the number of entries in Nautobot's change log."""
    from nautobot.extras.models import ObjectChange

    return ObjectChange.objects.count
