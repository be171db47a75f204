"""All transformations together: a Job of 1.x arrives at 3.2, and one of today stays as it is."""

import re

from migrating import after, migrated
from nautobot_dev_tools.migrate.run import between
from nautobot_dev_tools.migrate.transformations import TRANSFORMATIONS

OLD = '''
from django.db.models import Q
from nautobot.dcim.models import Device, DeviceRole, Interface, Rack, Region, Site
from nautobot.extras.jobs import Job, MultiObjectVar, ObjectVar
from nautobot.extras.models import JobResult, Status
from nautobot.ipam.models import Prefix
from nautobot.utilities.utils import deepmerge

name = "Sites"


class SiteAudit(Job):
    """Look at a site."""

    region = ObjectVar(model=Region, required=False)
    site = ObjectVar(model=Site, query_params={"region_id": "$region"})
    role = MultiObjectVar(model=DeviceRole, required=False)

    class Meta:
        name = "Site audit"
        approval_required = False

    def run(self, data, commit):
        site = data["site"]
        devices = Device.objects.filter(site=site, status__slug="active")
        if data["role"]:
            devices = devices.filter(device_role__in=data["role"])
        for device in devices.select_related("device_role", "site__region"):
            self.log_info(obj=device, message=f"{device.device_role} in {device.site.region}")
        for prefix in Prefix.objects.filter(site=site, is_pool=True).order_by("family"):
            prefix.get_child_prefixes()
        free = Interface.objects.filter(Q(cable=None), device__site=site)
        Rack.objects.create(name="x", site=site, group=None, status=Status.objects.get(slug="active"))
        return free.count(), deepmerge({}, {})
'''
NEW = """
    def run(self, *, site, region=None, role=None, dryrun=False):
        devices = Device.objects.filter(location=site, status__name="Active")
        if role:
            devices = devices.filter(role__in=role)
        for device in devices.select_related("role", "location__parent"):
            self.logger.info(f"{device.role} in {device.location.parent}", extra={"object": device})
        for prefix in Prefix.objects.filter(locations=site, type="pool").order_by("ip_version"):
            prefix.descendants()
        free = Interface.objects.filter(Q(cable_termination__isnull=True), device__location=site)
        Rack.objects.create(name="x", location=site, rack_group=None, status=Status.objects.get(name="Active"))
"""
TODAY = '''
from django.db import transaction
from django.db.models import Count, F, Q
from nautobot.apps.jobs import BooleanVar, DryRunVar, Job, MultiObjectVar, ObjectVar, StringVar, register_jobs
from nautobot.apps.testing import run_job_for_testing
from nautobot.dcim.models import Device, Interface, Location, LocationType, Rack
from nautobot.extras.models import JobQueue, JobResult, Role, Status
from nautobot.ipam.models import IPAddress, Prefix

name = "Examples"


class Example(Job):
    """Look at locations."""

    location = ObjectVar(model=Location, query_params={"location_type": "Site"}, description="Where")
    devices = MultiObjectVar(model=Device, query_params={"location": "$location", "role": "router", "tags": "x"})
    dryrun = DryRunVar()

    class Meta:
        name = "Example"
        dryrun_default = True
        task_queues = ["bulk"]
        has_sensitive_variables = False

    def run(self, *, location, devices, dryrun):
        below = location.descendants(include_self=True)
        found = Device.objects.restrict(self.user, "view").filter(location__in=below, status__name="Active")
        found = found.select_related("role", "location__parent", "device_type__manufacturer")
        for device in found.annotate(site=F("location__name"), group=Count("interfaces")).order_by("site"):
            self.logger.info("%s: %s", device.name, device.role, extra={"object": device})
            device.clusters.first()
        Interface.objects.filter(Q(cable_termination__cable__isnull=True), device__in=devices)
        Prefix.objects.filter(locations=location, type="pool").prefetch_related("locations")
        IPAddress.objects.filter(parent__prefix="10.0.0.0/8", ip_version=4).values_list("mask_length")
        Rack.objects.create(name="x", location=location, rack_group=None, status=Status.objects.get(name="Active"))
        site, region, slug = location, location.parent, "x"
        for each in (site, region):
            print(each.name, slug)
        JobResult.enqueue_job(self.job_model, self.user, job_queue=JobQueue.objects.first(), job_kwargs={"a": 1})
        with transaction.atomic():
            Location.objects.create(name="x", location_type=LocationType.objects.get(name="Site"))
        return {"checked": found.count()}


register_jobs(Example)
'''


def test_a_job_of_1x_arrives():
    text = after(OLD, *TRANSFORMATIONS)
    assert NEW in text
    assert "from nautobot.dcim.models import Device, Interface, Location, Rack\n" in text
    assert "from nautobot.core.utils.data import deepmerge\n" in text
    assert (
        '    site = ObjectVar(model=Location, query_params={"subtree": "$region", "location_type": "Site"})\n' in text
    )
    assert (
        '    role = MultiObjectVar(model=Role, required=False, query_params={"content_types": "dcim.device"})\n' in text
    )
    assert "approval_required" not in text
    assert "TODO(migrate)" not in text


def test_a_job_of_today_stays():
    files = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": "from .example import Example\n",
        "jobs/example.py": TODAY,
    }
    assert migrated(files, *TRANSFORMATIONS).outcomes == {}


def test_only_what_broke_since_is_mended():
    code = "from nautobot.ipam.models import Prefix\n\nPrefix.objects.filter(location=x, is_pool=True)\n"
    later = after(code, *between(TRANSFORMATIONS, "2.0", "2.2"))
    assert later == code.replace("location=x", "locations=x")
    at_once = after(code, *between(TRANSFORMATIONS, "1.x", "2.1"))
    assert at_once == code.replace("is_pool=True", 'type="pool"')


def test_every_change_has_its_line():
    lines = OLD.lstrip("\n").splitlines()
    done = migrated(OLD, *TRANSFORMATIONS)
    checked = 0
    for change in done.outcomes["jobs/example.py"].changes:
        if change.transformation in ("fields", "prefixes", "location-models", "role-models", "module-moves"):
            old = change.message.rpartition(": ")[2].partition(" is ")[0]
            assert re.split(r"__|=|\(|\.", old.rpartition(".")[2])[0] in lines[change.line - 1], change
            checked += 1
    assert checked > 12
