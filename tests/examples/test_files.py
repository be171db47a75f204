"""Files In and Out: files that are read, refused and handed back."""

import csv
import gzip
import io
import json

import netaddr
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs.examples.files import MOST_PROBLEMS_LOGGED, FilesInAndOut, read_address_list

HEADER = "hostname,ip_address\n"
LIMITS = {"columns": ["hostname", "ip_address"], "max_bytes": 1000, "max_rows": 5}


@pytest.fixture
def run(run_job):
    def run(content, user=None):
        content = content if isinstance(content, bytes) else content.encode()
        return run_job(FilesInAndOut, {"address_list": SimpleUploadedFile("list.csv", content)}, user=user)

    return run


@pytest.fixture
def make_addresses(db):
    """A function that makes IP addresses below a prefix of their own."""
    from nautobot.extras.models import Status
    from nautobot.ipam.models import IPAddress, Namespace, Prefix

    active = Status.objects.get(name="Active")

    def make(*addresses):
        namespace, _ = Namespace.objects.get_or_create(name="Lab")
        for prefix in ("10.0.0.0/8", "2001:db8::/32"):
            Prefix.objects.get_or_create(prefix=prefix, namespace=namespace, defaults={"status": active})
        return [IPAddress.objects.create(address=address, namespace=namespace, status=active) for address in addresses]

    return make


def read(content):
    return read_address_list(io.BytesIO(content if isinstance(content, bytes) else content.encode()), **LIMITS)


def test_compares(run, make_addresses):
    make_addresses("10.0.0.1/24", "2001:db8::1/64")

    outcome = run(HEADER + "a,10.0.0.1\nb.example.net,10.0.0.2\nc,2001:DB8:0::1\nd,192.0.2.7\n")

    assert outcome.status == "SUCCESS"
    assert outcome.result == {"rows": 4, "findings": 2}
    rows = list(csv.DictReader(io.StringIO(outcome.files["addresses.csv"].decode())))
    assert [tuple(row.values()) for row in rows] == [
        ("a", "10.0.0.1", "yes", ""),
        ("b.example.net", "10.0.0.2", "no", ""),
        ("c", "2001:db8::1", "yes", "documentation"),
        ("d", "192.0.2.7", "no", "documentation"),
    ]
    assert json.loads(gzip.decompress(outcome.files["addresses.json.gz"])) == rows
    assert list(outcome.files) == ["addresses.csv", "addresses.json.gz"]


def test_empty_database(run):
    assert run(HEADER + "a,10.0.0.1\n").result == {"rows": 1, "findings": 1}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ["Row 1", "hostname,ip_address"]),
        ("a,10.0.0.1\n", ["Row 1", "header"]),
        ("hostname;ip_address\na;10.0.0.1\n", ["Row 1", "commas"]),
        ("ip_address,hostname\n10.0.0.1,a\n", ["Row 1", "header"]),
        (HEADER, ["no rows"]),
        (HEADER + "\n , \n", ["no rows"]),
        (HEADER + "a,10.0.0.1\nb\n", ["Row 3", "1 fields"]),
        (HEADER + "a,10.0.0.1,x\n", ["Row 2", "3 fields"]),
        (HEADER + "a b,10.0.0.1\n", ["Row 2", "field hostname", "“a b”"]),
        (HEADER + "-a,10.0.0.1\n", ["Row 2", "field hostname"]),
        (HEADER + ",10.0.0.1\n", ["Row 2", "field hostname"]),
        (HEADER + "=cmd(),10.0.0.1\n", ["Row 2", "field hostname"]),
        (HEADER + "a\x00,10.0.0.1\n", []),
        (HEADER + f"{'a' * 64},10.0.0.1\n", ["Row 2", "field hostname"]),
        (HEADER + "a,\n", ["Row 2", "field ip_address"]),
        (HEADER + "a,10.0.0.1/24\n", ["Row 2", "field ip_address", "10.0.0.1/24"]),
        (HEADER + "a,10.1\n", ["Row 2", "field ip_address"]),
        (HEADER + "a,10.0.0.256\n", ["Row 2", "field ip_address"]),
        (HEADER + "a,10.0.0.1\n\nb,10.0.0.1\n", ["Row 4", "field ip_address", "row 2"]),
        (HEADER + "a,2001:db8::1\nb,2001:DB8::0001\n", ["Row 3", "field ip_address", "row 2"]),
        (HEADER + '"a,10.0.0.1\n', ["CSV"]),
        ((HEADER + "á,10.0.0.1\n").encode("latin-1"), ["UTF-8", "20"]),
        ((HEADER + "a,10.0.0.1\n").encode("utf-16"), ["UTF-8"]),
        (HEADER + "".join(f"a,10.0.0.{n}\n" for n in range(6)), ["Row 7", "5 rows"]),
        (HEADER + "a" * 1000, ["1000 bytes"]),
    ],
)
def test_refuses(content, told):
    _rows, problems = read(content)
    assert len(problems) == 1
    assert all(part in problems[0] for part in told), problems


def test_accepts():
    content = b"\xef\xbb\xbf" + b'hostname , ip_address\r\n"a", 10.0.0.1 \r\n\r\nb,2001:db8:0:0::1\r\n'
    assert read(content) == (
        [{"hostname": "a", "ip_address": "10.0.0.1"}, {"hostname": "b", "ip_address": "2001:db8::1"}],
        [],
    )


def test_every_problem_of_a_file_is_found():
    assert len(read(HEADER + "a b,10\nc,10.0.0.1\nd\n")[1]) == 3


def test_problems_fail_the_job(run):
    outcome = run(HEADER + "".join(f"a b,10.0.{n}.1\n" for n in range(100)))

    assert outcome.status == "FAILURE"
    assert outcome.exception is None
    assert outcome.result is None
    assert outcome.files == {}
    *problems, verdict = outcome.messages("failure")
    assert len(problems) == MOST_PROBLEMS_LOGGED
    assert problems[0].startswith("Row 2, field hostname:")
    assert "`address_list`" in verdict
    assert "100" in verdict


def test_a_file_that_is_no_text(run):
    outcome = run(bytes(range(256)))
    assert outcome.status == "FAILURE"
    assert "UTF-8" in outcome.messages("failure")[0]
    assert outcome.exception is None


def test_form_refuses_an_empty_upload(run):
    with pytest.raises(ValidationError) as error:
        run(b"")
    assert list(error.value.message_dict) == ["address_list"]


def test_without_permission(run, make_user, make_addresses):
    make_addresses("10.0.0.1/24")
    outcome = run(HEADER + "a,10.0.0.1\n", user=make_user())
    assert outcome.status == "FAILURE"
    assert outcome.files == {}
    assert "ipam.view_ipaddress" in outcome.messages("failure")[0]


def test_an_address_that_the_user_may_not_view_counts_as_absent(run, make_user, make_addresses):
    make_addresses("10.0.0.1/24", "10.0.0.2/24")
    user = make_user(permissions={"ipam.view_ipaddress": {"host": "10.0.0.1"}})
    assert run(HEADER + "a,10.0.0.1\nb,10.0.0.2\n", user=user).result == {"rows": 2, "findings": 1}


def test_changes_nothing(run, make_addresses, changes_logged):
    make_addresses("10.0.0.1/24")
    before = changes_logged()
    run(HEADER + "a,10.0.0.1\n")
    assert changes_logged() == before


def test_query_count_is_constant(run, make_addresses):
    make_addresses(*(f"10.0.0.{n}/24" for n in range(1, 101)))
    run(HEADER + "h,10.0.0.1\n")  # the first file of a name is stored with fewer queries than the next
    few = run(HEADER + "".join(f"h{n},10.0.0.{n}\n" for n in range(1, 11)))
    many = run(HEADER + "".join(f"h{n},10.0.0.{n}\n" for n in range(1, 101)))
    assert (few.result["findings"], many.result["findings"]) == (0, 0)
    assert few.query_count == many.query_count


def test_the_files_beside_the_job():
    job = FilesInAndOut()
    limits = job.load_yaml("address_list_limits.yml")
    assert set(limits) == set(LIMITS)
    # What the description of the variable says.
    assert (limits["max_rows"], limits["max_bytes"]) == (10_000, 1_000_000)
    for entry in job.load_json("special_purpose_prefixes.json"):
        assert set(entry) == {"prefix", "purpose", "source"}
        assert str(netaddr.IPNetwork(entry["prefix"]).cidr) == entry["prefix"]
