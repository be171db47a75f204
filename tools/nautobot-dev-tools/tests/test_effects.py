"""What Jobs write, check, need and talk to, as far as reading tells."""

import re
import textwrap
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

import pytest
from nautobot_dev_tools.source.contracts import contract_of
from nautobot_dev_tools.source.effects import UNKNOWN, Effects, EffectsReader
from nautobot_dev_tools.source.files import SourceFile
from nautobot_dev_tools.source.local_models import model_label
from nautobot_dev_tools.source.packages import BROUGHT_BY_NAUTOBOT, is_third_party
from packaging.requirements import Requirement


def effects(files, path="jobs.example.Example") -> Effects:
    """The effects of a Job in files given as texts, or of one whose run() has the given body."""
    if isinstance(files, str):
        head = "from nautobot.apps.jobs import *\nfrom nautobot.dcim.models import Device, Interface\nimport requests\n"
        body = textwrap.indent(textwrap.dedent(files), "        ")
        files = {
            "jobs/example.py": f"{head}class Example(Job):\n"
            f"    devices = MultiObjectVar(model=Device)\n    def run(self, *, devices, text=''):\n{body}\n"
        }
    contract = contract_of({name: SourceFile.read(name, text.encode()) for name, text in files.items()})
    return EffectsReader(contract).of(contract.jobs[path])


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("Device.objects.create(name='x')", ["dcim.device"]),
        ("Device.objects.filter(name='x').update(serial='')", ["dcim.device"]),
        ("for device in devices:\n    device.validated_save()", ["dcim.device"]),
        ("for number, device in enumerate(devices.order_by('name')):\n    device.save()", ["dcim.device"]),
        ("[each.delete() for each in Device.objects.restrict(self.user, 'delete')]", ["dcim.device"]),
        ("device, made = Device.objects.get_or_create(name='x')\ndevice.save()", ["dcim.device"]),
        ("device = Device(name=text)\ndevice.save()", ["dcim.device"]),
        ("device = devices.first()\ndevice.tags.add('x')", ["dcim.device"]),
        ("if device := devices.first():\n    device.tags.set([])", ["dcim.device"]),
        ("from nautobot.ipam.models import VLAN\nVLAN.objects.all().delete()", ["ipam.vlan"]),
        ("from nautobot.ipam import models as m\nm.VLAN(vid=1).save()", ["ipam.vlan"]),
        ("from django.apps import apps\napps.get_model('ipam', 'VLAN').objects.create()", ["ipam.vlan"]),
        ("from my_app.models import Thing\nThing.objects.create()", ["my_app.thing"]),
        ("plan.create(Device(name='x'))", ["dcim.device"]),
        ("plan.update(devices[0], name='y')", ["dcim.device"]),
        ("text.validated_save()", [UNKNOWN]),
        ("text.save()", [UNKNOWN]),
        ("cursor.execute('DELETE FROM dcim_device')", [UNKNOWN]),
        # What looks like it, and is none.
        ("cursor.execute('SELECT 1')", []),
        ("seen = set()\nseen.add(devices)\nseen.clear()", []),
        ("{}.update(a=1)", []),
        ("workbook.save('out.xlsx')", []),
        ("requests.delete('http://localhost')", []),
        ("self.create_file('a.txt', 'a')", []),
        ("[each.name for each in devices.filter(name=text)]", []),
        ("hash(Device)\nisinstance(text, Device)", []),
    ],
)
def test_writes(body, written):
    assert sorted(effects(body).writes) == written


@pytest.mark.parametrize(
    ("body", "checked"),
    [
        ("self.user.has_perm('dcim.change_device')", ["dcim.change_device"]),
        ("self.user.has_perms(['dcim.add_device', 'dcim.view_rack'])", ["dcim.add_device", "dcim.view_rack"]),
        ("devices.restrict(self.user, 'change')", ["dcim.change_device"]),
        ("Interface.objects.restrict(self.user)", ["dcim.view_interface"]),
        ("Interface.objects.restrict(self.user, action='delete')", ["dcim.delete_interface"]),
        ("text.restrict(self.user, 'view')", ["?.view"]),
        ("require(self.user, Device, 'view', 'change')", ["dcim.change_device", "dcim.view_device"]),
        ("Changes(self, needs={'dcim.device': ('view',)})", ["dcim.view_device"]),
        ("devices.restrict(self.user, text)", []),
        ("self.user.has_perm(text)", []),
        ("self.logger.info('view', Device.__name__)", []),
        ("{'a.b': ('c',), 'd': ('view',)}", []),
    ],
)
def test_permissions(body, checked):
    assert sorted(effects(body).permissions) == checked


@pytest.mark.parametrize(
    ("body", "network", "processes"),
    [
        ("requests.get('http://localhost')", ["requests"], []),
        ("import urllib.request\nurllib.request.urlopen(text)", ["urllib.request"], []),
        ("import urllib.parse\nurllib.parse.quote(text)", [], []),
        ("from netmiko import ConnectHandler\nConnectHandler()", ["netmiko"], []),
        ("from django.core.mail import send_mail\nsend_mail()", ["django.core.mail"], []),
        ("import subprocess\nsubprocess.run(['ls'])", [], ["subprocess"]),
        ("import os\nos.system('ls')", [], ["os.system"]),
        ("import os\nos.execvp('ls', [])", [], ["os.exec"]),
        ("import os\nos.path.join('a')", [], []),
        ("socket = text\nsocket.send()", [], []),
    ],
)
def test_network_and_processes(body, network, processes):
    found = effects(body)
    assert (sorted(found.network), sorted(found.processes)) == (network, processes)


def test_what_is_reached_through_other_modules():
    files = {
        "jobs/__init__.py": "from .example import Example\nfrom .other import Other\nimport notthere\n",
        "jobs/base.py": """
from nautobot.dcim.models import Rack
from .tools import helper
class Base:
    def run(self):
        self.step()
    def step(self):
        helper()
    def tidy(self):
        Rack.objects.all().delete()
""",
        "jobs/tools.py": """
from nautobot.dcim.models import Cable
from nautobot.ipam.models import VRF
import paramiko
def helper():
    TABLE["a"]()
def unused():
    VRF.objects.create()
class Worker:
    def work(self):
        import netmiko
        Cable().save()
TABLE = {"a": Worker().work}
""",
        "jobs/other.py": "from nautobot.dcim.models import Device\ndef other():\n    Device().save()\n",
        "jobs/example.py": """
from nautobot.apps.jobs import Job
from .base import Base
class Example(Base, Job):
    def tidy(self):
        super().tidy()
""",
    }
    found = effects(files)

    assert sorted(found.writes) == ["dcim.cable", "dcim.rack"]
    assert found.writes["dcim.rack"] == ("jobs/base.py", 10)
    assert sorted(found.packages) == ["netmiko", "paramiko"]
    assert found.needed_at_import == {"paramiko": ("jobs/tools.py", 4)}


def test_a_method_that_is_overridden_does_not_count():
    files = {
        "jobs/example.py": """
from nautobot.apps.jobs import Job
from nautobot.dcim.models import Rack
class Base(Job):
    def step(self):
        Rack.objects.all().delete()
class Example(Base):
    def step(self):
        return 1
"""
    }
    assert effects(files).writes == {}


def test_a_method_that_several_jobs_inherit_is_read_with_the_variables_of_each():
    files = {
        "jobs/example.py": """
from nautobot.apps.jobs import Job, MultiObjectVar
from nautobot.dcim.models import Rack, Device
class Base(Job):
    def run(self, *, objects):
        objects.update(serial="")
class Racks(Base):
    objects = MultiObjectVar(model=Rack)
class Example(Base):
    objects = MultiObjectVar(model=Device)
"""
    }
    contract = contract_of({name: SourceFile.read(name, text.encode()) for name, text in files.items()})
    reader = EffectsReader(contract)
    assert sorted(reader.of(contract.jobs["jobs.example.Racks"]).writes) == ["dcim.rack"]
    assert sorted(reader.of(contract.jobs["jobs.example.Example"]).writes) == ["dcim.device"]


def test_a_package_that_may_be_missing_is_not_needed_at_import():
    text = "from nautobot.apps.jobs import Job\ntry:\n    import openpyxl\nexcept ImportError:\n    openpyxl = None\n"
    text += "import yaml, json, django.db\nfrom jobs import tools\nclass Example(Job):\n    pass\n"
    found = effects({"jobs/example.py": text, "jobs/tools.py": ""})

    assert sorted(found.packages) == ["openpyxl"]
    assert found.needed_at_import == {}


def test_functions_that_call_each_other_end():
    text = "from nautobot.apps.jobs import Job\nclass Example(Job):\n    def run(self):\n        a()\n"
    text += "def a():\n    b()\ndef b():\n    a()\nX = Y\nY = X\ndef c():\n    return X\n"
    assert effects({"jobs/example.py": text}) == Effects()


@pytest.mark.parametrize(
    ("dotted", "label"),
    [
        ("nautobot.dcim.models.Device", "dcim.device"),
        ("nautobot.dcim.models.devices.Device", "dcim.device"),
        ("nautobot_bgp_models.models.Peering", "nautobot_bgp_models.peering"),
        ("nautobot.apps.models.PrimaryModel", ""),
        ("django.db.models.Q", ""),
        ("nautobot.dcim.models.device", ""),
        ("models.Device", ""),
        ("Device", ""),
    ],
)
def test_labels_of_models(dotted, label):
    assert model_label(dotted) == label


def test_what_nautobot_brings_is_what_the_installed_one_installs():
    def needed(name, found, extras=frozenset()):
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key not in found or extras:
            found.add(key)
            try:
                asked = [Requirement(each) for each in requires(name) or []]
            except PackageNotFoundError:  # for another Python or system
                return found
            for each in asked:
                if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                    needed(each.name, found, each.extras)
        return found

    brought = needed("nautobot", set())
    importable = {
        name
        for name, owners in packages_distributions().items()
        if brought & {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners}
    }

    assert BROUGHT_BY_NAUTOBOT - importable == set()
    assert len(BROUGHT_BY_NAUTOBOT) > 90
    assert [name for name in ("json", "yaml", "nautobot", "netmiko") if is_third_party(name)] == ["netmiko"]
