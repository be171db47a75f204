"""An address for each interface of a list."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from nautobot.dcim.models import Device, Interface
from nautobot.ipam.models import IPAddress, IPAddressToInterface

from jobs.changes.address_interfaces import AddressInterfaces

NEEDS = dict.fromkeys(
    (
        "dcim.view_device",
        "dcim.view_interface",
        "ipam.view_prefix",
        "ipam.view_ipaddress",
        "ipam.add_ipaddress",
        "ipam.add_ipaddresstointerface",
    )
)


@pytest.fixture
def devices(lab):
    device_type = lab.device_type("Switch", interfaces=2, bays=1)
    return [lab.device(f"sw-0{number}", device_type) for number in (1, 2)]


@pytest.fixture
def address(run_job, lab, devices):
    prefix = lab.prefix("10.0.0.0/24")

    def run(text, user=None, **inputs):
        table = SimpleUploadedFile("list.csv", text.encode())
        return run_job(AddressInterfaces, {"table": table, "prefix": prefix, "dryrun": False, **inputs}, user=user)

    return run


def assigned():
    rows = IPAddressToInterface.objects.select_related("ip_address", "interface__device")
    return {f"{row.interface.device} {row.interface.name}": str(row.ip_address) for row in rows}


LIST = "device,interface,prefix,dns_name,primary\nsw-01,eth 1,,,\nsw-02,eth 2,2001:db8::/64,six.example.com,no\n"


def test_each_gets_one(address, lab, devices, comes_back):
    lab.prefix("2001:db8::/64")
    lab.host("10.0.0.1/24")
    inputs = {"dns_template": "{{ device }}.example.com", "set_primary": True}
    with comes_back() as applied:
        run = applied.run = address(LIST, **inputs)
        assert run.status == "SUCCESS", run.messages()
        assert assigned() == {"sw-01 eth 1": "10.0.0.2/24", "sw-02 eth 2": "2001:db8::1/64"}
        assert set(IPAddress.objects.values_list("dns_name", flat=True)) == {"", "sw-01.example.com", "six.example.com"}
        first, second = Device.objects.order_by("name")
        assert (str(first.primary_ip4), second.primary_ip6) == ("10.0.0.2/24", None)
        again = address(LIST, **inputs)
        assert (again.status, again.result["changes"]) == ("SUCCESS", 0)


def test_host_masks_and_modules(address, lab, devices):
    lab.module(devices[0], lab.module_type("Card", management=1))
    name = Interface.objects.get(name__endswith="mgmt 1").name
    run = address(f"device,interface\nsw-01,{name}\n", host_mask=True)
    assert run.status == "SUCCESS", run.messages()
    assert str(IPAddress.objects.get()) == "10.0.0.1/32"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("device,interface\nnobody,eth 1\n", "Row 2: column device"),
        ("device,interface\nsw-01,eth 9\n", "Row 2: column interface"),
        ("device,interface,prefix\nsw-01,eth 1,10.9.0.0/24\n", "Row 2: column prefix"),
        ("device,interface,prefix\nsw-01,eth 1,=1\n", "Row 2: column prefix"),
        ("device,interface\nsw-01,eth 1\nsw-01,eth 1\n", "Row 3: column interface"),
        ("device,interface,dns_name\nsw-01,eth 1,not a name\n", "Row 2"),
        ("device\nsw-01\n", "column interface is missing"),
    ],
)
def test_bad_rows(address, rows, text, message):
    before = rows()
    run = address(text)
    assert run.status == "FAILURE"
    assert any(message in each for each in run.messages("failure")), run.messages("failure")
    assert rows() == before


def test_keeps_good_rows(address):
    run = address("device,interface\nsw-01,eth 9\nsw-02,eth 1\n", keep_good=True)
    assert (run.status, assigned()) == ("FAILURE", {"sw-02 eth 1": "10.0.0.1/24"})


def test_full(address, lab, rows):
    small = lab.prefix("10.9.0.0/32")
    before = rows()
    run = address("device,interface\nsw-01,eth 1\nsw-02,eth 1\n", prefix=small)
    assert any("10.9.0.0/32" in message for message in run.messages("failure"))
    assert rows() == before


def test_nothing_is_there(run_job, db):
    run = run_job(AddressInterfaces, {"table": SimpleUploadedFile("list.csv", LIST.encode()), "dryrun": False})
    assert run.status == "FAILURE"


@pytest.mark.parametrize("missing", NEEDS)
def test_without_a_permission(address, make_user, rows, missing):
    user = make_user(permissions={name: None for name in NEEDS if name != missing})
    before = rows()
    run = address("device,interface\nsw-01,eth 1\n", user)
    assert any(missing in message for message in run.messages("failure"))
    assert rows() == before


def test_limited_permissions(address, make_user, rows):
    user = make_user(permissions={**NEEDS, "ipam.add_ipaddress": {"dns_name": "mine"}})
    before = rows()
    for inputs, missing in (({}, "ipam.add_ipaddress"), ({"set_primary": True}, "dcim.change_device")):
        run = address("device,interface\nsw-01,eth 1\n", user, **inputs)
        assert any(missing in message for message in run.messages("failure"))
    assert rows() == before


def test_queries_do_not_grow_with_the_rows(address, lab, devices):
    counts = []
    for number in (10, 40):
        for each in range(number):
            if not devices[0].interfaces.filter(name=f"lo{each}").exists():
                lab.interface(devices[0], f"lo{each}")
        text = "device,interface\n" + "".join(f"sw-01,lo{each}\n" for each in range(number))
        address(text)
        with CaptureQueriesContext(connection) as queries:
            assert address(text).result["changes"] == 0
        counts.append(len(queries))
    assert counts[0] == counts[1]
