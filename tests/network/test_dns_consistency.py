"""DNS consistency: a real server with real zones, forward and reverse, and names taken over as a plan."""

import json
import socket
import sys
import time

import pytest
from name_server import serving
from nautobot.ipam.models import IPAddress
from nautobot_dev_tools.pytest_plugin import execute

from jobs.network.dns_consistency import RULES, DnsConsistency
from jobs.toolkit.access import RefusalError
from jobs.toolkit.dns_lookups import read_resolvers

FILES = {"report.html", "findings.csv", "findings.json"}
FORWARD = """
good A 192.0.2.1
good AAAA 2001:db8::1
moved A 192.0.2.99
oneway A 192.0.2.4
named A 192.0.2.5
new A 192.0.2.6
forged A 192.0.2.99
alias CNAME good
"""
REVERSE = """
1 PTR good.example.com.
3 PTR other.example.com.
5 PTR Named.Example.Com.
6 PTR new.example.com.
7 PTR forged.example.com.
8 PTR \\000bad\\032name.example.com.
"""
SIX = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR good.example.com.\n"
ZONES = {
    "example.com": FORWARD,
    "2.0.192.in-addr.arpa": REVERSE,
    "0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa": SIX,
}


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("dns") / "zones", ZONES) as found:
        yield found


@pytest.fixture
def check(run_job, port):
    def run(user=None, **inputs):
        values = {"everything": True, "resolvers": f"127.0.0.1:{port}", "seconds": 1, "tries": 1, "dryrun": False}
        return run_job(DnsConsistency, {**values, **inputs}, user=user)

    return run


def findings(run):
    return {(each["check"], each["display"]) for each in json.loads(run.files["findings.json"])["findings"]}


def test_nothing_differs(check, lab, rows):
    lab.address("192.0.2.1/24", dns_name="good.example.com")
    lab.address("2001:db8::1/64", dns_name="Good.Example.com")
    lab.address("192.0.2.200/24")
    before = rows()
    run = check()
    assert (run.status, run.exception, set(run.files)) == ("SUCCESS", None, FILES)
    assert findings(run) == set()
    assert (run.result["addresses"], run.result["asked"], run.result["changes"]) == (3, 3, 0)
    assert rows() == before


def test_each_difference(check, lab):
    lab.address("192.0.2.2/24", dns_name="moved.example.com")
    lab.address("192.0.2.3/24", dns_name="gone.example.com")
    lab.address("192.0.2.4/24", dns_name="oneway.example.com")
    lab.address("192.0.2.5/24")
    run = check(fail_at="high")
    assert findings(run) == {
        ("DNS-FORWARD-002", "192.0.2.2/24"),
        ("DNS-REVERSE-001", "192.0.2.2/24"),
        ("DNS-FORWARD-001", "192.0.2.3/24"),
        ("DNS-REVERSE-002", "192.0.2.3/24"),
        ("DNS-REVERSE-001", "192.0.2.4/24"),
        ("DNS-NAME-001", "192.0.2.5/24"),
    }
    assert run.status == "FAILURE"
    assert {check for check, _ in findings(run)} == {rule.id for rule in RULES}
    assert "192.0.2.99" in run.files["report.html"].decode()


def test_new_and_fixed(check, lab):
    address = lab.address("192.0.2.1/24", dns_name="gone.example.com")
    assert check().result["findings"] == 2
    lab.force(address, dns_name="good.example.com")
    run = check()
    assert (run.result["findings"], run.result["fixed"]) == (0, 2)


def test_names_are_written_where_they_lead_back(check, lab, rows):
    for number, name in ((5, ""), (6, "gone.example.com"), (7, ""), (8, ""), (200, "")):
        lab.address(f"192.0.2.{number}/24", dns_name=name)
    before = rows()
    dry = check(write="empty", dryrun=True)
    assert rows() == before
    assert (dry.status, dry.result["changes"]) == ("SUCCESS", 1)
    run = check(write="empty", only_if=dry.result["fingerprint"])
    assert (run.status, run.result["changes"], run.result["applied"]) == ("SUCCESS", 1, True)
    names = dict(IPAddress.objects.values_list("host", "dns_name"))
    assert {str(host): name for host, name in names.items() if name} == {
        "192.0.2.5": "named.example.com",
        "192.0.2.6": "gone.example.com",
    }
    assert check(write="empty").result["changes"] == 0
    assert check(write="all").result["changes"] == 1
    assert IPAddress.objects.get(host="192.0.2.6").dns_name == "new.example.com"


def test_written_names_can_be_undone(check, lab, comes_back):
    lab.address("192.0.2.5/24")
    with comes_back() as applied:
        applied.run = check(write="empty")


def test_resolver_that_does_not_answer_is_passed_over(check, lab, port):
    lab.address("192.0.2.1/24", dns_name="good.example.com")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        number = silent.getsockname()[1]
        run = check(resolvers=f"127.0.0.1:{number}, 127.0.0.1:{port}", tries=2)
        assert (run.status, run.result["asked"]) == ("SUCCESS", 1)
        run = check(resolvers=f"127.0.0.1:{number}")
    assert (run.status, run.exception, run.result["causes"]) == ("FAILURE", None, {"timeout": 1})
    assert set(run.files) == FILES


def test_server_that_refuses(check, lab):
    lab.prefix("203.0.113.0/24")
    lab.host("203.0.113.1/24")
    run = check()
    assert (run.status, run.result["causes"]) == ("FAILURE", {"refused": 1})


def test_many_at_once(check, lab):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        for number in range(1, 31):
            lab.address(f"192.0.2.{number}/24")
        begun = time.monotonic()
        run = check(resolvers=f"127.0.0.1:{silent.getsockname()[1]}")
    assert run.result["failed"] == 30
    assert time.monotonic() - begun < 10


def test_only_addresses_in_prefixes(check, lab):
    lab.address("192.0.2.1/24", dns_name="good.example.com")
    lab.address("2001:db8::1/64", dns_name="good.example.com")
    from nautobot.ipam.models import Prefix

    run = check(prefixes=list(Prefix.objects.filter(network="192.0.2.0")))
    assert (run.status, run.result["addresses"]) == ("SUCCESS", 1)


def test_user_without_permission(check, lab, make_user):
    lab.address("192.0.2.5/24")
    run = check(user=make_user())
    assert (run.status, run.files) == ("FAILURE", {})
    assert "ipam.view_ipaddress" in run.result["refused"]
    run = check(user=make_user("other", permissions={"ipam.view_ipaddress": None}), write="empty")
    assert (run.status, run.files) == ("FAILURE", {})
    assert "ipam.change_ipaddress" in run.result["refused"]


def test_only_what_the_user_may_view_and_change(check, lab, make_user):
    lab.address("192.0.2.5/24")
    lab.address("192.0.2.6/24")
    permissions = {"ipam.view_ipaddress": None, "ipam.change_ipaddress": {"host": "192.0.2.5"}}
    run = check(user=make_user(permissions=permissions), write="empty")
    assert (run.status, run.result["problems"]) == ("FAILURE", 1)
    assert not IPAddress.objects.exclude(dns_name="").exists()
    run = check(user=make_user("other", permissions={"ipam.view_ipaddress": {"host": "192.0.2.5"}}))
    assert run.result["addresses"] == 1


def test_without_the_package(check, lab, monkeypatch):
    monkeypatch.setitem(sys.modules, "dns", None)
    run = check()
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "pip install dnspython" in run.result["refused"]


def test_empty_database(check, db):
    run = check()
    assert (run.status, run.result["addresses"], set(run.files)) == ("SUCCESS", 0, FILES)


@pytest.mark.parametrize(
    ("inputs", "word"),
    [
        ({"resolvers": "ns1.example.com"}, "Resolvers"),
        ({"at_once": 0}, "At once"),
        ({"everything": False}, "Nothing is selected"),
    ],
)
def test_bad_input(superuser, inputs, word):
    run = execute(DnsConsistency, {"everything": True, **inputs}, superuser)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert word in run.result["refused"]


@pytest.mark.parametrize(
    ("text", "resolvers"),
    [
        ("", []),
        ("192.0.2.53", [("192.0.2.53", 53)]),
        (
            "192.0.2.53:5353 2001:db8::53,[2001:db8::54]:53",
            [("192.0.2.53", 5353), ("2001:db8::53", 53), ("2001:db8::54", 53)],
        ),
    ],
)
def test_resolvers(text, resolvers):
    assert read_resolvers(text) == resolvers


@pytest.mark.parametrize(
    "text", ["a", "192.0.2.300", "192.0.2.1:0", "192.0.2.1:70000", "[::1", "1 2 3 4 5 6", ":" * 500]
)
def test_no_resolvers(text):
    with pytest.raises(RefusalError, match="Resolvers"):
        read_resolvers(text)


def test_number_of_queries_is_constant(check, lab):
    counts = []
    for numbers in (range(20, 30), range(30, 120)):
        for number in numbers:
            lab.address(f"192.0.2.{number}/24", dns_name="gone.example.com")
        for _ in range(2):
            run = check(at_once=200)
        counts.append(run.query_count)
    assert counts[0] == counts[1]
