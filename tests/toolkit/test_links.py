"""Paths of objects without fetching them, and where Nautobot itself is."""

import uuid

import pytest
from nautobot.dcim.models import Device
from nautobot.ipam.models import IPAddress

from jobs.toolkit.links import base_url, object_path


@pytest.mark.parametrize(("label", "model"), [("dcim.device", Device), ("ipam.ipaddress", IPAddress)])
def test_path_is_that_of_the_object(db, django_assert_num_queries, label, model):
    pk = uuid.uuid4()
    with django_assert_num_queries(0):
        assert object_path(label, pk) == model(pk=pk).get_absolute_url()


def test_model_without_pages(db):
    assert object_path("dcim.cablepath", uuid.uuid4()) == ""


@pytest.mark.parametrize(
    ("origins", "hosts", "expected"),
    [
        (["https://*.example.com", "https://nautobot.example.com/"], ["*"], "https://nautobot.example.com"),
        ([], ["*", "localhost", "10.0.0.1", ".example.com", "nautobot.example.com"], "https://nautobot.example.com"),
        (["http://localhost:8080"], ["nautobot.example.com"], "http://localhost:8080"),
        ([], ["*"], ""),
        ([], [], ""),
    ],
)
def test_base_url(settings, origins, hosts, expected):
    settings.CSRF_TRUSTED_ORIGINS, settings.ALLOWED_HOSTS = origins, hosts
    assert base_url() == expected
