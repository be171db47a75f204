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
