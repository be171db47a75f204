"""Tunnels, virtual servers and cloud accounts. Not every supported Nautobot has them all."""

import pytest


@pytest.fixture
def make(lab):
    """A function that makes any object: ``make("vpn.vpntunnel", name="tunnel")``. Skips where the model is missing."""
    from django.apps import apps

    def run(label, /, **values):
        try:
            model = apps.get_model(label)
        except LookupError:
            pytest.skip(f"no model {label}")
        item = model(**values)
        item.validated_save()
        return item

    return run


@pytest.fixture
def make_endpoint(lab, make):
    """A function that makes the end of a tunnel, on a device or at a name."""

    def run(device=None, fqdn=""):
        if device is not None:
            interface = lab.interface(device, f"tun{device.interfaces.count()}", type="virtual")
            return make("vpn.vpntunnelendpoint", device=device, source_interface=interface)
        return make("vpn.vpntunnelendpoint", source_fqdn=fqdn)

    return run


@pytest.fixture
def firewall(lab):
    return lab.device("fw-1", lab.device_type("Firewall"))


@pytest.fixture
def make_server(lab, make):
    def run(**values):
        fields = {"name": "www", "port": 443, "protocol": "tcp", **values}
        return make("load_balancers.virtualserver", vip=lab.address("192.0.2.10/24"), **fields)

    return run


@pytest.fixture
def pool(make):
    return make("load_balancers.loadbalancerpool", name="web", load_balancing_algorithm="round_robin")


@pytest.fixture
def cloud(lab, make):
    """A type of cloud network."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.cloud.models import CloudNetwork

    kind = make("cloud.cloudresourcetype", name="VPC", provider=lab.manufacturer)
    kind.content_types.add(ContentType.objects.get_for_model(CloudNetwork))
    return kind
