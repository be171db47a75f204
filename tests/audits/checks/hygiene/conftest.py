"""Things that may be unused."""

import pytest


@pytest.fixture
def make(lab):
    """A function that makes any object: ``make("dcim.platform", name="IOS")``."""
    from django.apps import apps

    def run(label, /, **values):
        item = apps.get_model(label)(**values)
        item.validated_save()
        return item

    return run


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch"))


@pytest.fixture
def cluster(lab, make):
    """A cluster, of the type Hypervisor, at the site."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.virtualization.models import Cluster

    lab.site_type.content_types.add(ContentType.objects.get_for_model(Cluster))
    kind = make("virtualization.clustertype", name="Hypervisor")
    return make("virtualization.cluster", name="cluster", cluster_type=kind, location=lab.site)


@pytest.fixture
def circuit(lab, make):
    """A circuit of the provider Lumen and of the type MPLS."""
    provider = make("circuits.provider", name="Lumen")
    kind = make("circuits.circuittype", name="MPLS")
    return make("circuits.circuit", cid="1", provider=provider, circuit_type=kind, status=lab.active)


@pytest.fixture
def config_context(make):
    return make("extras.configcontext", name="context", data={"a": 1})


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
