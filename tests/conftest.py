"""What tests share: a small laboratory to build networks in, the rows of the whole database, and runs that are undone."""

import json
import os
import shutil
import traceback
from collections import defaultdict
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
# Files whose tests take longest begin first: the other processes have enough to do meanwhile.
SLOWEST = (
    "tests/changes/test_faults.py",
    "tests/changes/test_every_change.py",
    "tests/contract/test_permissions.py",
    "tests/docs/test_commands.py",
    "tools/nautobot-dev-tools/tests/test_scale.py",
    "tests/install",
    "tests/development/test_example_network.py",
    "tools/nautobot-dev-tools/tests/test_cli.py",
    "tools/nautobot-dev-tools/tests/test_rest.py",
    "tests/audits/test_every_audit.py",
    "tests/benchmarks/test_scale.py",
)


def pytest_collection_modifyitems(items):
    def rank(item):
        path = str(item.path.relative_to(ROOT))
        return next((number for number, slow in enumerate(SLOWEST) if path.startswith(slow)), len(SLOWEST))

    items.sort(key=rank)


class Lab:
    """Builds devices, cables, power and addresses. Everything is validated as Nautobot's own forms would do."""

    def __init__(self):
        from django.contrib.contenttypes.models import ContentType
        from nautobot.circuits.models import CircuitTermination
        from nautobot.dcim.models import Device, Location, LocationType, Manufacturer, Module, PowerPanel
        from nautobot.extras.models import Status
        from nautobot.ipam.models import VLAN, Prefix
        from nautobot.virtualization.models import Cluster

        self.region_type = LocationType(name="Region", nestable=True)
        self.site_type = LocationType(name="Site", parent=self.region_type)
        for location_type in (self.region_type, self.site_type):
            location_type.validated_save()
        self.site_type.content_types.set(
            ContentType.objects.get_for_models(
                Device, Module, PowerPanel, CircuitTermination, Prefix, VLAN, Cluster
            ).values()
        )
        self.active = Status.objects.get(name="Active")
        self.region = Location(name="EMEA", location_type=self.region_type, status=self.active)
        self.region.validated_save()
        self.site = self.location("AMS01")
        self.manufacturer = Manufacturer(name="Maker")
        self.manufacturer.validated_save()
        self.role = self.make_role("Switch")

    # Places and kinds

    def location(self, name, parent=None):
        from nautobot.dcim.models import Location

        location = Location(name=name, location_type=self.site_type, parent=parent or self.region, status=self.active)
        location.validated_save()
        return location

    def make_role(self, name):
        from django.contrib.contenttypes.models import ContentType
        from nautobot.dcim.models import Device
        from nautobot.extras.models import Role

        role = Role(name=name)
        role.validated_save()
        role.content_types.add(ContentType.objects.get_for_model(Device))
        return role

    def status(self, name):
        from nautobot.extras.models import Status

        return Status.objects.get(name=name)

    def device_type(self, model, *, console=0, power=0, management=0, interfaces=0, bays=0):
        """A device type with so many templates: Console 1, PSU 1, mgmt 1, eth 1, Bay 1 (at position 1) and so on."""
        from nautobot.dcim.models import (
            ConsolePortTemplate,
            DeviceType,
            InterfaceTemplate,
            ModuleBayTemplate,
            PowerPortTemplate,
        )

        device_type = DeviceType(manufacturer=self.manufacturer, model=model)
        device_type.validated_save()
        for template, name, number, values in (
            (ConsolePortTemplate, "Console", console, {}),
            (PowerPortTemplate, "PSU", power, {}),
            (InterfaceTemplate, "mgmt", management, {"type": "1000base-t", "mgmt_only": True}),
            (InterfaceTemplate, "eth", interfaces, {"type": "1000base-t"}),
            (ModuleBayTemplate, "Bay", bays, {}),
        ):
            for index in range(1, number + 1):
                position = {"position": str(index)} if template is ModuleBayTemplate else {}
                template(device_type=device_type, name=f"{name} {index}", **values, **position).validated_save()
        return device_type

    def module_type(self, model, *, console=0, power=0, management=0):
        from nautobot.dcim.models import ConsolePortTemplate, InterfaceTemplate, ModuleType, PowerPortTemplate

        module_type = ModuleType(manufacturer=self.manufacturer, model=model)
        module_type.validated_save()
        for template, name, number, values in (
            (ConsolePortTemplate, "Console", console, {}),
            (PowerPortTemplate, "PSU", power, {}),
            (InterfaceTemplate, "mgmt", management, {"type": "1000base-t", "mgmt_only": True}),
        ):
            for index in range(1, number + 1):
                template(module_type=module_type, name=f"{{module}}/{name} {index}", **values).validated_save()
        return module_type

    # Devices

    def device(self, name, device_type, **values):
        """A device with all components of its type."""
        from nautobot.dcim.models import Device

        device = Device(
            **{
                "name": name,
                "device_type": device_type,
                "role": self.role,
                "location": self.site,
                "status": self.active,
                **values,
            }
        )
        device.validated_save()
        return device

    def module(self, device, module_type, bay="Bay 1"):
        from nautobot.dcim.models import Module

        module = Module(module_type=module_type, parent_module_bay=device.module_bays.get(name=bay), status=self.active)
        module.validated_save()
        return module

    def stack(self, *devices):
        """A virtual chassis of the devices; the first is its master."""
        from nautobot.dcim.models import VirtualChassis

        stack = VirtualChassis(name=f"stack of {devices[0].name}")
        stack.validated_save()
        for position, device in enumerate(devices, 1):
            device.virtual_chassis, device.vc_position = stack, position
            device.validated_save()
        stack.master = devices[0]
        stack.validated_save()
        return stack

    def rack(self, name="R1", **values):
        """A rack with 42 units."""
        from django.contrib.contenttypes.models import ContentType
        from nautobot.dcim.models import Rack, RackGroup

        self.site_type.content_types.add(*ContentType.objects.get_for_models(Rack, RackGroup).values())
        rack = Rack(**{"name": name, "location": self.site, "status": self.active, **values})
        rack.validated_save()
        return rack

    # Connections

    def cable(self, a, b, status="Connected"):
        """A cable between two ports."""
        from nautobot.dcim.models import Cable

        cable = Cable(status=self.status(status), termination_a=a, termination_b=b)
        cable.validated_save()
        return cable

    def loose_cable(self, port):
        """A cable from the port that ends nowhere; before Nautobot 3.2, whose cables have two ends, on a panel with nothing behind."""
        from nautobot.dcim import models

        if hasattr(models, "CableToCableTermination"):
            models.Cable(status=self.status("Connected"), termination_a=port).validated_save()
            return
        panel = self.device("loose end", self.device_type("Panel"))
        rear = models.RearPort(device=panel, name="1", type="8p8c")
        rear.validated_save()
        front = models.FrontPort(device=panel, name="1", type="8p8c", rear_port=rear)
        front.validated_save()
        self.cable(port, front)

    def console_server(self, name="con-01", ports=4):
        """A device with console server ports "port 1" and so on, and nothing that a check could find."""
        from nautobot.dcim.models import ConsoleServerPort, DeviceType

        device_type, _ = DeviceType.objects.get_or_create(manufacturer=self.manufacturer, model="Console server")
        device = self.device(name, device_type)
        for index in range(1, ports + 1):
            ConsoleServerPort(device=device, name=f"port {index}").validated_save()
        return device

    def panel(self, name="Panel A"):
        from nautobot.dcim.models import PowerPanel

        panel = PowerPanel(name=name, location=self.site)
        panel.validated_save()
        return panel

    def feed(self, name, panel):
        from nautobot.dcim.models import PowerFeed

        feed = PowerFeed(name=name, power_panel=panel, status=self.active)
        feed.validated_save()
        return feed

    def pdu(self, name, feed=None, *, outlets=4, told=True):
        """A device with an inlet, connected to the feed, and outlets "1", "2" and so on.

        With told=False Nautobot was not told which power port is behind the outlets.
        """
        from nautobot.dcim.models import DeviceType, PowerOutlet, PowerPort

        device_type, _ = DeviceType.objects.get_or_create(manufacturer=self.manufacturer, model="PDU")
        device = self.device(name, device_type)
        inlet = PowerPort(device=device, name="Inlet")
        inlet.validated_save()
        for index in range(1, outlets + 1):
            PowerOutlet(device=device, name=str(index), power_port=inlet if told else None).validated_save()
        if feed:
            self.cable(inlet, feed)
        return device

    def plug(self, port, pdu, outlet="1", status="Connected"):
        """Plug a power port into an outlet of a PDU."""
        return self.cable(port, pdu.power_outlets.get(name=outlet), status)

    # Addresses

    def address(self, text, interface=None, *, status="Active", **values):
        """An address in 192.0.2.0/24 or 2001:db8::/64, assigned to the interface."""
        from nautobot.ipam.models import IPAddress, Namespace, Prefix

        namespace = Namespace.objects.get(name="Global")
        network = "2001:db8::/64" if ":" in text else "192.0.2.0/24"
        if not Prefix.objects.filter(prefix=network).exists():
            Prefix(prefix=network, namespace=namespace, status=self.active).validated_save()
        address = IPAddress(address=text, namespace=namespace, status=self.status(status), **values)
        address.validated_save()
        if interface is not None:
            self.assign(address, interface)
        return address

    def assign(self, address, interface):
        from nautobot.ipam.models import IPAddressToInterface

        field = "vm_interface" if interface._meta.model_name == "vminterface" else "interface"
        IPAddressToInterface(ip_address=address, **{field: interface}).validated_save()

    def interface(self, device, name, **values):
        from nautobot.dcim.models import Interface

        interface = Interface(**{"device": device, "name": name, "type": "virtual", "status": self.active, **values})
        interface.validated_save()
        return interface

    def namespace(self, name="Global"):
        from nautobot.ipam.models import Namespace

        return Namespace.objects.get_or_create(name=name)[0]

    def prefix(self, text, type="network", *, namespace="Global", status="Active", locations=(), **values):
        from nautobot.ipam.models import Prefix

        prefix = Prefix(
            prefix=text, type=type, namespace=self.namespace(namespace), status=self.status(status), **values
        )
        prefix.validated_save()
        prefix.locations.add(*locations)
        return prefix

    def host(self, text, interface=None, *, namespace="Global", status="Active", role=None, **values):
        """An address in a prefix that is there, assigned to the interface."""
        from nautobot.extras.models import Role
        from nautobot.ipam.models import IPAddress

        address = IPAddress(
            address=text,
            namespace=self.namespace(namespace),
            status=self.status(status),
            role=Role.objects.get(name=role) if role else None,
            **values,
        )
        address.validated_save()
        if interface is not None:
            self.assign(address, interface)
        return address

    def vlan(self, vid, name="data", locations=()):
        from nautobot.ipam.models import VLAN

        vlan = VLAN(vid=vid, name=name, status=self.active)
        vlan.validated_save()
        vlan.locations.add(*locations)
        return vlan

    # Circuits and virtual machines

    def circuit(self, cid, *, provider="Provider", type="Internet", status="Active", **values):
        from nautobot.circuits.models import Circuit, CircuitType, Provider

        circuit = Circuit(
            cid=cid,
            provider=Provider.objects.get_or_create(name=provider)[0],
            circuit_type=CircuitType.objects.get_or_create(name=type)[0],
            status=self.status(status),
            **values,
        )
        circuit.validated_save()
        return circuit

    def termination(self, circuit, side="A", location=None, **values):
        """A termination at the location, or in a network of the provider."""
        from nautobot.circuits.models import CircuitTermination, ProviderNetwork

        if location is None:
            network, _ = ProviderNetwork.objects.get_or_create(provider=circuit.provider, name="Backbone")
            values["provider_network"] = network
        termination = CircuitTermination(circuit=circuit, term_side=side, location=location, **values)
        termination.validated_save()
        return termination

    def cluster(self, name="cluster", type="Hypervisor"):
        from nautobot.virtualization.models import Cluster, ClusterType

        cluster_type, _ = ClusterType.objects.get_or_create(name=type)
        return Cluster.objects.get_or_create(name=name, defaults={"cluster_type": cluster_type})[0]

    def machine(self, name, *interfaces, cluster="cluster", status="Active", **values):
        """A virtual machine with interfaces of these names."""
        from nautobot.virtualization.models import VirtualMachine, VMInterface

        machine = VirtualMachine(name=name, cluster=self.cluster(cluster), status=self.status(status), **values)
        machine.validated_save()
        for each in interfaces:
            VMInterface(virtual_machine=machine, name=each, status=self.active).validated_save()
        return machine

    def tenant(self, name):
        from nautobot.tenancy.models import Tenant

        return Tenant.objects.get_or_create(name=name)[0]

    def force(self, obj, **values):
        """Set fields behind the back of validation, as imports and code do."""
        type(obj).objects.filter(pk=obj.pk).update(**values)


@pytest.fixture
def lab(db):
    """A site AMS01 below the region EMEA, and functions to fill it."""
    return Lab()


@pytest.fixture
def in_jobs_root(request, sample_data, django_db_blocker):
    """A function: the session's own Nautobot, which loads the Jobs of this repository, and the one of that name, from JOBS_ROOT.

    No worker runs yet.
    """
    from nautobot.extras.models import Job
    from nautobot_dev_tools.pytest_plugin import session_key

    found = request.config.stash[session_key].instance
    here = "here"  # the package's name in JOBS_ROOT; `jobs` is this process's
    root = found.root / "jobs"
    root.mkdir(exist_ok=True)
    shutil.copytree(found.project.root / "jobs", root / here)

    def run(name):
        job = Job.objects.get(job_class_name=name)
        Job.objects.filter(pk=job.pk).update(module_name=job.module_name.replace("jobs.", f"{here}.", 1))
        return found

    with django_db_blocker.unblock():
        yield run
        found.stop(patience=0.5)
        shutil.rmtree(root / here)


@pytest.fixture
def other_connection(in_jobs_root):
    """A cursor of a connection of its own, which commits by itself."""
    import psycopg2
    from django.db import connection

    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    with closing(psycopg2.connect(**settings)) as found, found.cursor() as cursor:
        found.autocommit = True
        yield cursor


@pytest.fixture
def in_own_process():
    """A function that calls another one in a process of its own, which commits; returns how that process ended: 0 if it returned True."""

    def run(function):
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        code = 3
        try:
            inherited = own_connections()
            code = 0 if function() else 4
            assert inherited
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    return run


def own_connections():
    """In a new process: leave the parent's connections alone, and open new ones when they are needed."""
    from django.db import connections

    inherited = [connections[alias].connection for alias in connections]
    for alias in connections:
        del connections[alias]
    return inherited  # whoever drops one ends the parent's


@pytest.fixture
def kill_worker():
    """A function that ends the worker of a Nautobot, and all that it has started, by ``kill -9``."""
    import psutil

    def run(instance):
        worker = instance.worker.process()
        for process in [*worker.children(recursive=True), worker]:
            process.kill()
        psutil.wait_procs([worker], timeout=20)

    return run


# What no undo brings back as it was, and nobody misses: times, logs, results, and what Nautobot computes anew.
CLOCKS = {"created", "last_updated", "date_changed", "_name", "_path_id"}
LEFT_OUT = {
    "extras_objectchange",
    "extras_jobresult",
    "extras_joblogentry",
    "extras_fileproxy",
    "extras_fileattachment",
    "dcim_cablepath",
    "django_session",
    "auth_user",
    "extras_scheduledjobs",
}
# Rows whose own key means nothing: they are compared without it.
KEYLESS = {"extras_taggeditem", "dcim_cabletocabletermination", "extras_jobqueueassignment"}


def reading():
    """One statement for all tables: name of the table, and a row of it as text."""
    from django.apps import apps
    from django.db import connection

    parts = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        left_out = table in LEFT_OUT or table.startswith(("silk_", "django_celery", "constance", "auth_permission"))
        if left_out or not model._meta.managed or model._meta.proxy:
            continue
        skip = CLOCKS | ({model._meta.pk.column} if model._meta.auto_created or table in KEYLESS else set())
        columns = [field.column for field in model._meta.concrete_fields if field.column not in skip]
        # Each with its name, so that a difference can be read.
        named = ", ".join(f"'{column}', {connection.ops.quote_name(column)}" for column in columns)
        parts.append(f"SELECT '{table}', JSON_BUILD_OBJECT({named})::text FROM \"{table}\"")
    return " UNION ALL ".join(parts)


@pytest.fixture
def rows(db):
    """A function that returns all rows of the database, as a set of texts for each table."""
    from django.db import connection

    def read():
        found = defaultdict(set)
        with connection.cursor() as cursor:
            cursor.execute(reading())
            for table, row in cursor:
                found[table].add(row)
        return dict(found)

    return read


def differences(before, after):
    """What two states of the database do not have in common, by table."""
    return {
        table: {
            "gone": before.get(table, set()) - after.get(table, set()),
            "new": after.get(table, set()) - before.get(table, set()),
        }
        for table in {*before, *after}
        if before.get(table) != after.get(table)
    }


@pytest.fixture
def undo(run_job):
    """A function that undoes an applied run: ``undo(run, dryrun=False, user=None)``."""
    from jobs.changes.undo import UndoChange

    def take_back(run, *, dryrun=False, user=None):
        return run_job(UndoChange, {"run_to_undo": run.job_result, "dryrun": dryrun}, user=user)

    return take_back


@pytest.fixture
def comes_back(rows, undo):
    """A context manager: what the block applies, returning its run through `applied.run`, can be undone row by row."""

    @contextmanager
    def check():
        before, applied = rows(), SimpleNamespace(run=None)
        yield applied
        assert applied.run.result["applied"], applied.run.messages()
        assert differences(before, rows())
        run = undo(applied.run)
        assert run.status == "SUCCESS", run.messages()
        assert differences(before, rows()) == {}
        again = undo(applied.run)
        assert again.result["changes"] == 0

    return check


@pytest.fixture
def execute(monkeypatch, run_job):
    """A function that lets the engine execute a plan: ``execute(planner, dryrun=False, user=None, only_if="", keep_good=False)``."""
    from nautobot.extras.models import JobResult

    from jobs.changes.undo import UndoChange
    from jobs.toolkit.changes import Changes

    original = Changes.run

    def run(planner, *, dryrun=False, user=None, only_if="", keep_good=False):
        inputs = {"run_to_undo": JobResult.objects.create(name="any"), "dryrun": dryrun, "only_if": only_if}
        with monkeypatch.context() as patch:
            patch.setattr(UndoChange, "_plan", lambda _, plan, __: planner(plan))
            patch.setattr(Changes, "run", lambda *args, **options: original(*args, **options, keep_good=keep_good))
            return run_job(UndoChange, inputs, user=user)

    return run


@pytest.fixture
def plan_of():
    """A function that returns what `plan.json` of a run has."""
    return lambda run: json.loads(run.files["plan.json"])


# Runs that help another


@pytest.fixture
def quick_helpers(monkeypatch):
    """Who helps another run gives signs of life more often, and is missed earlier."""
    from django.core.cache import cache

    from jobs.toolkit import helpers

    cache.clear()
    monkeypatch.setattr(helpers, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(helpers, "_BEAT_SECONDS", 0.1)
    monkeypatch.setattr(helpers, "_LIFE_SECONDS", 1)


@pytest.fixture
def helpers(quick_helpers, monkeypatch):
    """Let helpers run to their end as soon as they are put into the queue; returns their results."""
    from nautobot_dev_tools.compat import enqueue_job

    from jobs.toolkit import helpers

    started = []

    def at_once(job_model, user, inputs, queue):
        result = enqueue_job(job_model, user, inputs, synchronous=True)
        result.refresh_from_db()
        started.append(result)
        return result

    monkeypatch.setattr(helpers, "enqueue_job", at_once)
    return started


@pytest.fixture
def dead_helper(late, monkeypatch):
    """A function: the helper takes those parts of which ``wanted(part)`` is true before anyone else, and is killed: its run stays as it was."""
    from django.core.cache import cache
    from nautobot.extras.models import JobResult

    from jobs.toolkit import helpers

    take = helpers.take

    def run(wanted):
        def taken(leader, part, run):
            if wanted(part):
                dead = late[0][0]
                JobResult.objects.filter(pk=dead.pk).update(status="STARTED")
                cache.set(f"fan_out:{dead.pk}", 1, timeout=1)
                take(leader, part, str(dead.pk))
            return take(leader, part, run)

        monkeypatch.setattr(helpers, "take", taken)

    return run


@pytest.fixture
def late(quick_helpers, monkeypatch):
    """Helpers stay in the queue: there is no worker for them. Returns their results and inputs."""
    from nautobot.extras.models import JobResult

    from jobs.toolkit import helpers

    started = []

    def never(job_model, user, inputs, queue):
        started.append((JobResult.objects.create(name=job_model.name, job_model=job_model, user=user), inputs))
        return started[-1][0]

    monkeypatch.setattr(helpers, "enqueue_job", never)
    return started
