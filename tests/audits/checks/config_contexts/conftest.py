"""Config contexts."""

import pytest


@pytest.fixture
def make_context(lab):
    """A function that makes a config context: ``make_context("ntp", {"ntp": 1}, roles=[…], weight=2000)``."""
    from nautobot.extras.models import ConfigContext

    def make(name, data, **values):
        many = {field.name for field in ConfigContext._meta.many_to_many}
        context = ConfigContext(
            name=name, data=data or {"any": 1}, **{key: value for key, value in values.items() if key not in many}
        )
        context.validated_save()
        for field in many & set(values):
            getattr(context, field).set(values[field])
        return context

    return make


@pytest.fixture
def make_schema(lab):
    from nautobot.extras.models import ConfigContextSchema

    def make(**properties):
        schema = ConfigContextSchema(name="schema", data_schema={"type": "object", "properties": properties})
        schema.validated_save()
        return schema

    return make


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch"))


@pytest.fixture
def machine(lab):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.virtualization.models import Cluster, ClusterType, VirtualMachine

    lab.site_type.content_types.add(ContentType.objects.get_for_model(Cluster))
    cluster_type = ClusterType(name="Hypervisor")
    cluster_type.validated_save()
    cluster = Cluster(name="cluster", cluster_type=cluster_type, location=lab.site)
    cluster.validated_save()
    machine = VirtualMachine(name="machine", cluster=cluster, status=lab.active)
    machine.validated_save()
    return machine
