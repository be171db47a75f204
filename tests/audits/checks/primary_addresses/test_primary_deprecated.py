"""DCIM-PRIMARY-005: which devices have a deprecated primary address."""

import pytest

from jobs.audits.checks.primary_addresses import PrimaryAddressDeprecated


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", management=1))


def test_deprecated(lab, ask, switch):
    switch.primary_ip4 = lab.address("192.0.2.1/24", switch.interfaces.get(), status="Deprecated")
    switch.primary_ip6 = lab.address("2001:db8::1/64", switch.interfaces.get())
    switch.validated_save()
    (finding,) = ask(PrimaryAddressDeprecated())
    assert finding.key == "primary_ip4"
    assert "Deprecated" in finding.message
    assert finding.details == {"address": "192.0.2.1/24"}


def test_replacement_is_named(lab, ask, switch):
    switch.primary_ip4 = lab.address("192.0.2.1/24", switch.interfaces.get(), status="Deprecated")
    switch.validated_save()
    lab.address("192.0.2.2/24", switch.interfaces.get())
    (finding,) = ask(PrimaryAddressDeprecated())
    assert finding.details["candidates"] == "192.0.2.2/24 on mgmt 1"


def test_active(lab, found, switch):
    switch.primary_ip4 = lab.address("192.0.2.1/24", switch.interfaces.get())
    switch.validated_save()
    assert found(PrimaryAddressDeprecated()) == []


def test_deprecated_but_not_primary(lab, found, switch):
    lab.address("192.0.2.1/24", switch.interfaces.get(), status="Deprecated")
    assert found(PrimaryAddressDeprecated()) == []


def test_other_statuses_by_parameter(lab, found, switch):
    switch.primary_ip4 = lab.address("192.0.2.1/24", switch.interfaces.get(), status="Reserved")
    switch.validated_save()
    assert found(PrimaryAddressDeprecated()) == []
    assert found(PrimaryAddressDeprecated(statuses=("Reserved",))) == ["switch"]
