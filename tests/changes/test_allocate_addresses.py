"""Addresses out of prefixes."""

import threading
import time
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from nautobot.ipam.models import IPAddress, Prefix

from jobs.changes.allocate_addresses import AllocateAddresses
from jobs.toolkit.plan import Plan

NEEDS = dict.fromkeys(("ipam.view_prefix", "ipam.view_ipaddress", "ipam.add_ipaddress"))


@pytest.fixture
def prefix(lab):
    return lab.prefix("10.0.0.0/24")


@pytest.fixture
def allocate(run_job, prefix):
    def run(user=None, **inputs):
        chosen = {"prefixes": [prefix], "purpose": "camera {{ number }}", "dryrun": False, **inputs}
        return run_job(AllocateAddresses, chosen, user=user)

    return run


def texts(**conditions):
    return [str(address) for address in IPAddress.objects.filter(**conditions).order_by("ip_version", "host")]


def test_next_free(allocate, lab, comes_back):
    lab.host("10.0.0.2/24")
    lab.prefix("10.0.0.4/30")
    with comes_back() as applied:
        run = applied.run = allocate(number=4, dns_name="Cam-{{ number }}.example.com")
        assert run.status == "SUCCESS", run.messages()
        assert texts(description__startswith="camera") == ["10.0.0.1/24", "10.0.0.3/24", "10.0.0.8/24", "10.0.0.9/24"]
        assert IPAddress.objects.get(host="10.0.0.8").dns_name == "cam-3.example.com"
        again = allocate(number=4)
        assert (again.result["changes"], again.result["unchanged"]) == (0, 4)


def test_both_versions_a_pool_and_hosts(allocate, lab, prefix):
    pool = lab.prefix("10.0.9.0/30", type="pool")
    six = lab.prefix("2001:db8::/64")
    run = allocate(prefixes=[prefix, pool, six], number=2, host_mask=True, purpose="for {{ prefix }}")
    assert run.result["created"] == 6
    assert texts() == [
        "10.0.0.1/32",
        "10.0.0.2/32",
        "10.0.9.0/32",
        "10.0.9.1/32",
        "2001:db8::1/128",
        "2001:db8::2/128",
    ]
    assert allocate(prefixes=[prefix, pool, six], number=2, purpose="for {{ prefix }}").result["changes"] == 0


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"number": 255}, "Prefixes"),
        ({"purpose": "{{ nobody }}"}, "Description"),
        ({"purpose": "{{ '' }}"}, "Description"),
        ({"dns_name": "{{ 1"}, "DNS name"),
        ({"dns_name": "not a name"}, "dns_name"),
        ({"kind": "slaac"}, "type"),
    ],
)
def test_bad_input(allocate, inputs, field, rows):
    before = rows()
    run = allocate(**inputs)
    assert run.status == "FAILURE"
    assert any(field in message for message in run.messages("failure"))
    assert rows() == before


@pytest.mark.parametrize("missing", NEEDS)
def test_without_a_permission(allocate, make_user, rows, missing):
    user = make_user(permissions={name: None for name in NEEDS if name != missing})
    before = rows()
    run = allocate(user)
    assert any(missing in message for message in run.messages("failure"))
    assert rows() == before


def test_limited_permissions(allocate, make_user, rows):
    user = make_user(permissions={**NEEDS, "ipam.add_ipaddress": {"description": "mine"}})
    other = make_user("other", permissions={**NEEDS, "ipam.view_prefix": {"prefix_length": 25}})
    before = rows()
    assert any("ipam.add_ipaddress" in message for message in allocate(user).messages("failure"))
    assert any("Prefixes" in message for message in allocate(other).messages("failure"))
    assert rows() == before


def test_queries_do_not_grow_with_the_request(allocate):
    counts = []
    for number in (10, 40):
        allocate(number=number)
        with CaptureQueriesContext(connection) as queries:
            assert allocate(number=number).result["changes"] == 0
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_two_at_once_never_take_the_same(committed_db):
    """Two transactions, each with a connection of its own, which commit: the second waits until the first has ended."""
    from django.contrib.auth import get_user_model
    from django.db import connections, transaction
    from nautobot.extras.models import Status

    active = Status.objects.get(name="Active")
    prefix = Prefix(prefix="10.0.0.0/24", status=active)
    prefix.validated_save()
    user = get_user_model().objects.create_superuser("operator")
    planned, order = threading.Event(), []

    def allocate(name, before_commit):
        try:
            with transaction.atomic():
                plan = Plan(user)
                job = SimpleNamespace(user=user)
                values = {"status": active}
                AllocateAddresses._plan(job, plan, [prefix], 20, (f"{name} {{{{ number }}}}", ""), False, values)
                order.append(f"{name} has planned")
                before_commit()
                for change in plan.changes:
                    change.obj.validated_save()
                order.append(f"{name} commits")
        finally:
            connections.close_all()

    def let_the_other_begin():
        planned.set()
        time.sleep(1)

    first = threading.Thread(target=allocate, args=("first", let_the_other_begin))
    second = threading.Thread(target=lambda: planned.wait(60) and allocate("second", lambda: None))
    for thread in (first, second):
        thread.start()
    for thread in (first, second):
        thread.join(120)
    assert order == ["first has planned", "first commits", "second has planned", "second commits"]
    hosts = list(IPAddress.objects.values_list("host", flat=True))
    assert sorted(hosts) == sorted(f"10.0.0.{number}" for number in range(1, 41))
