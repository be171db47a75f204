"""Zone files: written, read by a real server, and asked about by the Job that compares."""

import io
import zipfile

import dns.zone
import pytest
from name_server import serving
from nautobot_dev_tools.pytest_plugin import execute

from jobs.network.dns_consistency import DnsConsistency
from jobs.network.zone_files import ZoneFiles

FILES = {"zones.zip", "zones.html", "zones.md"}
REVERSE = "2.0.192.in-addr.arpa"
SIX = "0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"


@pytest.fixture
def export(run_job):
    def run(user=None, **inputs):
        values = {"everything": True, "domains": "example.com", "servers": "ns1.example.com"}
        return run_job(ZoneFiles, {**values, **inputs}, user=user)

    return run


@pytest.fixture
def addresses(lab):
    lab.address("192.0.2.53/24", dns_name="ns1.example.com")
    lab.address("192.0.2.1/24", dns_name="a.example.com")
    lab.address("192.0.2.2/24", dns_name="a.example.com")
    lab.address("192.0.2.3/24", dns_name="b.lab.example.com")
    lab.address("192.0.2.4/24", dns_name="elsewhere.example.net")
    lab.address("192.0.2.5/24")
    lab.address("2001:db8::1/64", dns_name="a.example.com")


def zones(run):
    with zipfile.ZipFile(io.BytesIO(run.files["zones.zip"])) as archive:
        return {name.removesuffix(".zone"): archive.read(name).decode() for name in archive.namelist()}


def test_zones(export, addresses, rows):
    before = rows()
    run = export(domains="example.com, lab.example.com")
    assert rows() == before
    assert (run.status, run.exception, set(run.files)) == ("SUCCESS", None, FILES)
    found = zones(run)
    assert set(found) == {"example.com", "lab.example.com", REVERSE, SIX}
    assert "b IN A 192.0.2.3" in found["lab.example.com"].splitlines()
    assert "b" not in {line.split()[0] for line in found["example.com"].splitlines() if line.strip()}
    assert "4 IN PTR elsewhere.example.net." in found[REVERSE].splitlines()
    for name, text in found.items():
        assert dns.zone.from_text(text, origin=name, check_origin=True).get_soa().serial > 2026000000
    assert (run.result["records"], run.result["outside"], run.result["changed"]) == (11, 1, None)


def test_what_is_written_is_what_a_server_answers(export, addresses, run_job, tmp_path):
    """A real server reads the files, and nothing in Nautobot differs from what it answers."""
    from nautobot.ipam.models import IPAddress

    IPAddress.objects.filter(dns_name="elsewhere.example.net").update(dns_name="c.example.com")
    found = zones(export())
    with serving(tmp_path / "zones", found) as port:
        run = run_job(DnsConsistency, {"everything": True, "resolvers": f"127.0.0.1:{port}", "dryrun": True})
    assert (run.status, run.result["findings"], run.result["asked"]) == ("SUCCESS", 0, 7)


def test_serials(export, addresses, lab):
    first = zones(export())
    same = export()
    assert (zones(same), same.result["changed"]) == (first, 0)
    lab.address("192.0.2.6/24", dns_name="new.example.com")
    third = export()
    found = zones(third)
    assert third.result["changed"] == 2
    assert found[SIX] == first[SIX]
    assert found["example.com"] != first["example.com"]
    assert "changed" in third.files["zones.html"].decode()
    assert "2147483648 ; serial" in zones(export(at_least=2147483647))["example.com"]


def test_invalid_names_are_left_out_and_told(export, lab):
    address = lab.address("192.0.2.1/24", dns_name="a.example.com")
    lab.force(address, dns_name="a\nb 1 IN A 192.0.2.99.example.com")
    run = export()
    assert (run.status, run.result["invalid"], run.result["records"]) == ("SUCCESS", 1, 0)
    assert "192.0.2.99" not in "".join(zones(run).values())
    assert "192.0.2.1" in run.files["zones.html"].decode()


def test_name_server_without_an_address_is_told(export, addresses):
    assert "ns2.example.com has no address" in export(servers="ns2.example.com").files["zones.html"].decode()


def test_only_reverse_zones(export, addresses):
    assert set(zones(export(domains=""))) == {REVERSE, SIX}
    assert set(zones(export(reverse=False))) == {"example.com"}


def test_user_without_permission(export, addresses, make_user):
    run = export(user=make_user())
    assert (run.status, run.files) == ("FAILURE", {})
    assert "ipam.view_ipaddress" in run.result["refused"]


def test_only_what_the_user_may_view(export, addresses, make_user):
    user = make_user(permissions={"ipam.view_ipaddress": {"host": "192.0.2.1"}})
    assert export(user=user).result["records"] == 2


def test_empty_database(export, db):
    run = export()
    assert (run.status, run.result["records"], set(run.files)) == ("SUCCESS", 0, FILES)


@pytest.mark.parametrize(
    ("inputs", "word"),
    [
        ({"domains": "example..com"}, "Domains"),
        ({"domains": "*.example.com"}, "Domains"),
        ({"domains": "", "reverse": False}, "Domains"),
        ({"servers": ""}, "Name servers"),
        ({"servers": "a b!"}, "Name servers"),
        ({"contact": "nobody"}, "Contact"),
        ({"contact": "a b@example.com"}, "Contact"),
        ({"ttl": -1}, "TTL"),
        ({"everything": False}, "Nothing is selected"),
    ],
)
def test_bad_input(superuser, inputs, word):
    run = execute(
        ZoneFiles, {"everything": True, "domains": "example.com", "servers": "ns1.example.com", **inputs}, superuser
    )
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert word in run.result["refused"]


def test_number_of_queries_is_constant(export, lab):
    counts = []
    for numbers in (range(20, 30), range(30, 120)):
        for number in numbers:
            lab.address(f"192.0.2.{number}/24", dns_name=f"a{number}.example.com")
        for _ in range(2):
            run = export()
        counts.append(run.query_count)
    assert counts[0] == counts[1]
