"""LOADBALANCERS-CERTIFICATE-001: which certificates in use have expired."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.audits.checks.wireless import CertificateExpired


@pytest.fixture
def certificate(make):
    def run(days):
        expiry = None if days is None else timezone.now() + timedelta(days=days)
        return make("load_balancers.certificateprofile", name="cert", expiration_date=expiry)

    return run


@pytest.mark.parametrize(("days", "expected"), [(-1, ["cert"]), (1, []), (None, [])])
def test_of_a_virtual_server(found, make_server, certificate, days, expected):
    profile = certificate(days)
    assert found(CertificateExpired()) == []
    make_server().certificate_profiles.add(profile)
    assert found(CertificateExpired()) == expected


def test_of_a_disabled_virtual_server(found, make_server, certificate):
    make_server(enabled=False).certificate_profiles.add(certificate(-1))
    assert found(CertificateExpired()) == []


def test_of_a_member(lab, found, make, pool, certificate):
    values = {"ip_address": lab.address("192.0.2.11/24"), "port": 443, "status": lab.active}
    member = make("load_balancers.loadbalancerpoolmember", load_balancer_pool=pool, **values)
    member.certificate_profiles.add(certificate(-1))
    assert found(CertificateExpired()) == ["cert"]
