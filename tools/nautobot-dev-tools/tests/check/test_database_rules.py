"""JOB4xx: what a module does when it is imported, how objects are asked for and saved."""

import sys
from pathlib import Path

import nautobot
import pytest
from nautobot_dev_tools.check.provided import names_of, provided

from .marked import assert_marked

JOB = """
from nautobot.apps.jobs import Job, JobButtonReceiver, JobHookReceiver, MultiObjectVar, ObjectVar
from nautobot.dcim.models import Device, Interface, Location
from nautobot.extras.models import Status
"""


def test_work_at_import():
    assert_marked(
        "JOB401",
        """
import subprocess
from typing import TYPE_CHECKING

import requests
from django.contrib.contenttypes.models import ContentType
from nautobot.apps.jobs import ChoiceVar, Job, ObjectVar
from nautobot.dcim.models import Device, Location

from . import helper

ALL = Device.objects.all()
ACTIVE = Device.objects.filter(status__name="Active").order_by("name")
FIRST = Device.objects.first()  # <-
COUNT = len(ALL)  # <-
NAMES = [location.name for location in ACTIVE]  # <-
SPREAD = [*Location.objects.all()]  # <-
TYPE = ContentType.objects.get_for_model(Device)  # <-
SITES = requests.get("https://example.com/sites", timeout=3).json()  # <-
VERSION = subprocess.check_output(["git", "describe"])  # <-
SESSION = requests.Session()
LATER = lambda: Device.objects.count()  # noqa: E731
CALLED = helper.number()
COUNTED = list(range(3))
NESTED = [f(ALL) for f in (str, repr)]

for device in ALL:  # <-
    print(device)

if TYPE_CHECKING:
    Device.objects.get()
if __name__ == "__main__":
    Device.objects.get()


def decorated(function):
    Location.objects.get(name="x")  # <-
    return function


def uncalled(x=Device.objects.count()):  # <-
    return Device.objects.count()


def generator():
    yield Device.objects.count()


GENERATOR = generator()


@decorated
def run():
    return requests.get("https://example.com", timeout=3)


class Example(Job):
    place = ObjectVar(model=Location, queryset=Location.objects.filter(parent=None))
    choice = ChoiceVar(choices=[(each.pk, each.name) for each in Location.objects.all()])  # <-

    def run(self, *, place, choice):
        return Device.objects.count()
""",
    )


def test_work_at_import_is_followed_into_the_function():
    assert_marked(
        "JOB401",
        {
            "jobs/helper.py": """
from nautobot.dcim.models import Device


def number():
    def inner():
        return Device.objects.first()

    return Device.objects.count()  # <-
""",
            "jobs/example.py": "from .helper import number\n\nCOUNT = number()\n",
        },
    )


def test_third_party_imports():
    assert_marked(
        "JOB402",
        """
from __future__ import annotations

import os.path
import telnetlib
from typing import TYPE_CHECKING

import yaml
import netmiko  # <-
import requests, napalm  # <-
from django.db.models import Q
from jinja2 import Template
from nautobot.apps.jobs import Job
from nautobot_golden_config.models import GoldenConfig  # <-
from PIL import Image
from ttp.parser import ttp  # <-

from . import other
from ..helpers import x
from jobs.example import y
from our_slug.jobs.example import z

if TYPE_CHECKING:
    import nornir
try:
    import textfsm
except ImportError:
    textfsm = None
try:
    import textfsm as again
except Exception:
    import pandas  # <-


def function():
    import ttp
""",
    )


def test_third_party_imports_may_be_allowed():
    text = "import netmiko\nimport ttp  # <-\n"
    assert_marked("JOB402", text, {"installed": ["netmiko"]})
    assert_marked("JOB402", "import aiohttp\n", {"nautobot": ["3.2.7"]})
    assert_marked("JOB402", "import aiohttp  # <-\n", {"nautobot": ["2.4.35", "3.2.7"]})
    assert_marked("JOB402", "import aiohttp  # <-\n", {"nautobot": "nonsense", "installed": 3})


def test_tests_and_tools_may_import_what_they_want():
    assert_marked("JOB402", {"tests/test_it.py": "import netmiko\n", "tools/x.py": "import netmiko\n"})


def test_what_is_provided_is_what_nautobot_installs():
    version, names = names_of(Path(nautobot.__file__).parent.parent)
    assert {"django", "nautobot", "requests", "yaml", "netutils", "netaddr", "jinja2"} <= set(names)
    assert not {"pytest", "libcst", "netmiko", "nautobot_dev_tools"} & set(names)
    if version in provided() and (3, 11, 3) <= sys.version_info < (3, 12):  # before, redis installs async-timeout
        assert set(names) == provided()[version]


def test_saves():
    assert_marked(
        "JOB403",
        JOB
        + """
from django.contrib.auth.models import Group
from openpyxl import Workbook


def save(form, device, devices, pk):
    form.save()
    device.save()
    Workbook().save("x.xlsx")
    book = Workbook()
    book.save()
    group = Group.objects.get(pk=pk)
    group.save()
    for each in devices:
        each.save()


def create(form, values):
    Device.objects.create(name="x")  # <-
    Device.objects.create(**values)  # <-
    Status.objects.create(name="x")
    form.create(name="x")
    Device.objects.get(pk=1).interfaces.create(name="x")
    Device.objects.get_or_create(name="x")


def known(pk):
    one = Device.objects.get(pk=pk)
    one.save()  # <-
    for each in Device.objects.filter(pk=pk):
        each.save()  # <-
    made, _ = Device.objects.get_or_create(name="x")
    made.save(update_fields=["name"])  # <-
    new = Device(name="x")
    new.save()  # <-
    checked = Device(name="x")
    checked.full_clean()
    checked.save()
    valid = Device(name="x")
    valid.validated_save()
    names = Device.objects.values_list("name")
    for name in names:
        name.save()
    shadow = Device.objects.get(pk=pk)
    shadow = form(shadow)
    shadow.save()


class Example(Job):
    device = ObjectVar(model=Device)
    devices = MultiObjectVar(model=Device)

    def run(self, *, device, devices):
        device.save()  # <-
        for one in devices:
            one.save()  # <-

    def other(self, device):
        device.save()


class Button(JobButtonReceiver):
    def receive_job_button(self, obj):
        obj.save()  # <-
""",
    )


def test_restrict():
    assert_marked(
        "JOB404",
        JOB
        + """
from django.db.models import Exists, OuterRef

def helper(user):
    return Device.objects.all()


class Example(Job):
    place = ObjectVar(model=Location, queryset=Location.objects.all())

    def run(self, *, place):
        for device in Device.objects.all():  # <-
            print(device)
        count = Device.objects.filter(location=place).count()  # <-
        devices = Device.objects.all()  # <-
        print([device.name for device in devices])
        one = Device.objects.get(pk=place.pk)  # <-
        fine = Device.objects.restrict(self.user, "view").filter(location=place)
        later = Device.objects.filter(location=place)
        later = later.restrict(self.user, "view")
        passed = Device.objects.filter(location=place)
        self.other(passed)
        fine = fine.filter(Exists(Interface.objects.filter(device=OuterRef("pk"))))
        fine = fine.filter(location__in=Location.objects.filter(parent=place))
        status = Status.objects.get(name="Active")
        top = Location.objects.get(name="World")
        made, _ = Device.objects.get_or_create(name="x")
        Device.objects.create(name="x")
        nothing = Device.objects.none()
        self.queryset = Device.objects.all()
        return Device.objects.all()

    def other(self, devices):
        from nautobot.ipam.models import Prefix

        return len(Prefix.objects.all())  # <-


class Superusers(Job):
    def run(self):
        if not self.user.is_superuser:
            raise PermissionError
        return Device.objects.count()


class Hook(JobHookReceiver):
    def receive_job_hook(self, change, action, changed_object):
        return Device.objects.count()
""",
    )


def test_queries_in_loops():
    assert_marked(
        "JOB405",
        JOB
        + """
KINDS = ("a", "b")


def rows_of(rows, devices, model):
    for row in rows:
        Device.objects.get(name=row["name"])  # <-
        Device.objects.create(name=row["name"])
        lazy = Device.objects.filter(name=row["name"])
        if Device.objects.filter(name=row["name"]).exists():  # <-
            continue
        for interface in Interface.objects.filter(name=row["name"]):  # <-
            interface.delete()
        len(Interface.objects.filter(name=row["name"]))  # <-
        model.objects.get(name=row["name"])
        row.get("x")
    while rows:
        Device.objects.first()
    for kind in KINDS:
        Device.objects.filter(name=kind).count()
    for kind in ("a", "b"):
        Device.objects.filter(name=kind).count()
    for number in range(0, len(rows), 500):
        Device.objects.filter(name__in=rows[number : number + 500]).count()
    for batch in devices:
        Device.objects.filter(name__in=batch).count()
    for group in rows:
        Device.objects.filter(name__in=group).count()
    for row in rows[:10]:
        Device.objects.get(name=row)
    for row in Device.objects.filter(name="x"):
        print(row)
    for row in rows:
        pass
    else:
        Device.objects.get(name="x")
    everything = Device.objects.all()
    for row in rows:
        print([device for device in everything if device.name == row])


def related(pk, unknown):
    for device in Device.objects.filter(pk=pk):
        device.interfaces.all()  # <-
        device.interfaces.filter(name="x").first()  # <-
        device.interfaces.count()  # <-
        device.name.count("x")
        device.local_config_context_data.get("x")
        device.custom_fields.values()
        device.tags.add("x")
        device.get_cables().count()
        device.name.lower()
    for device in Device.objects.prefetch_related("interfaces"):
        device.interfaces.all()
    for device in list(Device.objects.all()):
        print(device.interfaces.exists())  # <-
    for device in unknown:
        device.interfaces.all()
    for name in Device.objects.values_list("name", flat=True):
        name.x.all()
    return {device: device.interfaces.count() for device in Device.objects.all()}  # <-


def functions(rows):
    for row in rows:

        def later():
            return Device.objects.first()

        print(lambda: Device.objects.first())
    return [name for name in Device.objects.values_list("name")]


class Example(Job):
    devices = MultiObjectVar(model=Device)

    def run(self, *, devices):
        for device in devices:
            print(device.interfaces.all())  # <-
        for device in devices.prefetch_related("interfaces"):
            print(device.interfaces.all())
""",
    )


def test_unlogged_writes():
    assert_marked(
        "JOB406",
        JOB
        + """
def go(values, form, new):
    Device.objects.filter(name="x").update(name="y")  # <-
    Device.objects.bulk_create(new)  # <-
    found = Device.objects.all()
    found.bulk_update(new, ["name"])  # <-
    values.update(name="y")
    form.bulk_create(new)
    Device.objects.get(name="x").local_config_context_data.update(a=1)
    Device.objects.in_bulk().update(values)
    Device.objects.update_or_create(name="x")
    {}.update(a=1)
""",
    )


def test_relations_in_loops():
    assert_marked(
        "JOB407",
        JOB
        + """
FIELDS = ["role"]


def go(rows, unknown):
    for device in Device.objects.all():
        print(device.location.name, device.location)  # <-
        print(device.role_id, device.name, device.serial)
        device.location = None
        for row in rows:
            print(device.status)  # <-
    for device in Device.objects.select_related("location__parent", "role").order_by("name"):
        print(device.location.parent, device.role)
        print(device.tenant)  # <-
    for device in Device.objects.prefetch_related("location"):
        print(device.location)
    for device in Device.objects.annotate(role=unknown):
        print(device.role)
    for device in Device.objects.select_related():
        print(device.location)
    for device in Device.objects.select_related(*FIELDS):
        print(device.role)
    for device in Device.objects.all()[:10]:
        print(device.location)
    for device in unknown:
        print(device.location)
    for device in Device.objects.values("location"):
        print(device.location)
    device = Device.objects.first()
    for row in rows:
        print(device.location)
    devices = Device.objects.all()
    if rows:
        devices = devices.select_related("role")
    return [device.role for device in devices]


class Example(Job):
    devices = MultiObjectVar(model=Device)

    def run(self, *, devices):
        for device in devices:
            print(device.location)  # <-
        for device in devices.select_related("location"):
            print(device.location)
""",
    )


@pytest.mark.parametrize("rule", ["JOB401", "JOB403", "JOB404", "JOB405", "JOB406", "JOB407", "JOB707"])
def test_odd_code_is_no_trouble(rule):
    assert_marked(
        rule,
        """
from nautobot.dcim.models import Device

x = x.filter()
y = z
z = y
for x in x:
    x.save()
a = b = Device.objects
(c, d), *e = Device.objects, 1
[f for f in f for f in f]
Device.objects[0]
Device.objects.all
Device.objects
(lambda q, *a, k=Device.objects, **b: q.all().get)(1)
def g(): return g().filter
@g
class H(g()): h = h.get()
match x:
    case {"a": Device.objects}: pass
""",
    )
