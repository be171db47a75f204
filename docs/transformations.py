"""Writes the page of the transformations of `nautobot-jobs migrate` from the transformations themselves; `generate.py` calls it.

What becomes of each example is not told but shown: the transformation is run.
"""

from __future__ import annotations

import difflib
import inspect
import re
import sys
from pathlib import Path

from nautobot_dev_tools.migrate.extract import SOURCES
from nautobot_dev_tools.migrate.run import migrate
from nautobot_dev_tools.migrate.tables import table
from nautobot_dev_tools.migrate.transformation import DOCS, Transformation
from nautobot_dev_tools.migrate.transformations import TRANSFORMATIONS
from nautobot_dev_tools.source.files import SourceFile

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "tools" / "transformations.md"
INTRODUCTION = """\
# Transformations

What [`nautobot-jobs migrate`](migrate.md) does, in the order in which it is done. Each is named by its id, as `--only` takes it, and has the version
of Nautobot that broke what it mends: those after `--from`, up to `--to`, run. Each example is what the transformation alone makes of that code."""
TABLES = """\
## Tables

The names come from the tables of Nautobot's own upgrade guides, which lie in the documentation in its package. They are kept beside the code as data,
each with its page, and a test extracts them again and compares."""
HEAD = "from nautobot.extras.jobs import Job\n\n\nclass Example(Job):\n"
EXAMPLES = {
    "job-imports": "from nautobot.extras.jobs import Job, StringVar\n",
    "report-methods": HEAD
    + "    def test_names(self):\n        self.log_info('Names')\n\n    def post_run(self):\n        self.log_info('Done')\n",
    "run-signature": "from nautobot.extras.jobs import Job, StringVar\n\n\nclass Example(Job):\n    who = StringVar()\n\n"
    "    def run(self, data, commit):\n        self.log_info(data['who'])\n",
    "abort-transaction": "from nautobot.utilities.exceptions import AbortTransaction\n"
    + HEAD
    + "    def run(self, data, commit):\n        raise AbortTransaction\n",
    "job-meta": "from nautobot.extras.jobs import DryRunVar, Job\nfrom nautobot.extras.models import Tag\n\n\nclass Example(Job):\n"
    "    dryrun = DryRunVar()\n\n    class Meta:\n        commit_default = False\n\n    def run(self, data, commit):\n        Tag(name='x').save()\n",
    "job-state": HEAD + "    def run(self, data, commit):\n        self.failed = True\n",
    "log-methods": HEAD + "    def run(self, data, commit):\n        self.log_success(data['device'], 'Fine')\n",
    "request-user": HEAD + "    def run(self, data, commit):\n        print(self.request.user)\n",
    "receivers": "from nautobot.extras.jobs import JobHookReceiver\n\n\nclass Example(JobHookReceiver):\n"
    "    def receive_job_hook(self, data, commit):\n        print(data)\n",
    "job-calls": "run_job_for_testing(job, data={'who': 'x'}, commit=True)\n",
    "class-paths": "path = 'local/my_jobs/Example'\n",
    "registration": HEAD + "    def run(self, data, commit):\n        pass\n\n\njobs = [Example]\n",
    "job-results": "if result.status == JobResultStatusChoices.STATUS_COMPLETED:\n    pass\n",
    "prefixes": "from nautobot.ipam.models import Prefix\n\nfor pool in Prefix.objects.filter(is_pool=True):\n"
    "    pool.get_child_prefixes()\n",
    "fields": "from nautobot.dcim.models import Device, Site\n\n"
    "for device in Device.objects.filter(device_role__name='leaf', status__slug='active').order_by('site__name'):\n"
    "    print(device.device_role, device.site)\nSite.objects.get(slug='ams01')\n",
    "filters": "from nautobot.dcim.models import Device\nfrom nautobot.extras.jobs import ObjectVar\n\n"
    "device = ObjectVar(model=Device, query_params={'site_id': '$site', 'tag': '$tag'})\n",
    "location-models": "from nautobot.dcim.models import Site\nfrom nautobot.extras.jobs import ObjectVar\n\n"
    "site = ObjectVar(model=Site)\nsites = Site.objects.filter(tenant=None)\n",
    "role-models": "from nautobot.dcim.models import DeviceRole\n\nroles = DeviceRole.objects.all()\n",
    "code-removals": "from nautobot.extras.jobs import get_job_classpaths\n",
    "module-moves": "from nautobot.utilities.utils import count_related, deepmerge\n",
    "logger-names": "logger = logging.getLogger('nautobot.jobs.mine')\n",
    "url-names": "reverse('extras:job_jobresult', kwargs={'pk': result.pk})\n",
    "rest-paths": "sites = session.get(f'{url}/api/dcim/sites/')\n",
    "graphql-queries": "query = '{ devices { name site { slug } } }'\n",
    "prefix-locations": "from nautobot.ipam.models import Prefix\n\n"
    "prefixes = Prefix.objects.filter(location__name='AMS01').select_related('location')\n"
    "for prefix in prefixes:\n    print(prefix.location)\n",
    "django-names": "from django.utils.translation import ugettext_lazy as _\n",
    "tree-fields": "from nautobot.dcim.models import Location\n\nfor location in Location.objects.all():\n"
    "    print(location.tree_depth)\n",
    "dynamic-groups": "from nautobot.extras.models import DynamicGroup\n\n"
    "members = DynamicGroup.objects.get(name='x').members_cached\n",
    "filter-lists": "from nautobot.dcim.filters import PowerOutletFilterSet\n\n"
    "found = PowerOutletFilterSet({'power_port': port.pk}).qs\n",
    "job-queues": "from nautobot.extras.models import JobResult\n\nJobResult.enqueue_job(job, user, task_queue='bulk')\n",
    "v3-code-removals": "from nautobot.extras.plugins import PluginConfig\n\n\nclass Mine(PluginConfig):\n    name = 'mine'\n",
    "approvals": HEAD + "    class Meta:\n        approval_required = True\n",
    "device-clusters": "from django.db.models import Q\nfrom nautobot.dcim.models import Device\n\n"
    "Device.objects.filter(Q(cluster=cluster) | Q(name='x'))\n",
    "graphql-results": "devices = execute_query(query, user=user).to_dict()['data']['devices']\n",
    "django-tests": "self.assertQuerysetEqual(devices, expected)\n",
    "job-kwargs": "from nautobot.extras.models import JobResult\n\nJobResult.enqueue_job(job, user, device=device.pk)\n",
    "cables": "from django.db.models import Q\nfrom nautobot.dcim.models import Interface\n\n"
    "free = Interface.objects.filter(Q(cable=None), enabled=True).order_by('cable__label')\n",
}


def page() -> str:
    """The page's text."""
    parts = [INTRODUCTION, overview(), *(section(each) for each in TRANSFORMATIONS), TABLES, tables()]
    return "\n\n".join(parts) + "\n"


def overview() -> str:
    """All in short, linked."""
    lines = ["| Transformation | Since | What it does |", "| --- | --- | --- |"]
    lines += [f"| [{each.id}](#{each.id}) | {each.since} | {cell(each.title)} |" for each in TRANSFORMATIONS]
    return "\n".join(lines)


def section(one: Transformation) -> str:
    """One transformation: what, why, an example."""
    why = inspect.cleandoc(one.__doc__ or "")
    link = f"Since {one.since}: [Nautobot's documentation]({one.url})."
    return "\n\n".join([f"## {one.id}", f"{plain(one.title)}. {why}", link, f"```diff\n{example(one)}\n```"])


def example(one: Transformation) -> str:
    """What the transformation makes of its example, line by line, without the layout of a diff of files."""
    before = EXAMPLES[one.id]
    path = "jobs/example.py"
    done = migrate({path: SourceFile.read(path, before.encode())}, [one])
    after = done.outcomes[path].after if path in done.outcomes else before
    shown = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    lines = [line[0] + line[2:] for line in shown if not line.startswith("?")]
    for new, outcome in sorted(done.outcomes.items()):
        if outcome.before is None and outcome.after:
            lines += ["", f"# {new}", *(f"+{line}" for line in outcome.after.splitlines())]
    if not any(line.startswith("+") for line in lines):
        raise SystemExit(f"the example of the transformation {one.id} shows nothing")
    return "\n".join(line.replace(DOCS, "…/").rstrip() for line in lines)


def tables() -> str:
    """The tables, with their pages."""
    lines = ["| Table | Since | Rows | Page |", "| --- | --- | --- | --- |"]
    for name in SOURCES:
        read = table(name)
        page_name = read.page.rpartition("/")[2]
        lines.append(f"| {name} | {read.since} | {len(read.rows)} | [{page_name}]({DOCS}{read.page}) |")
    return "\n".join(lines)


def cell(text: str) -> str:
    """A text as a cell of a Markdown table."""
    return plain(text).replace("|", "\\|")


def plain(text: str) -> str:
    """A text in which Markdown finds nothing to set."""
    return re.sub(r"([*_<])", r"\\\1", text)


if __name__ == "__main__":
    sys.stdout.write(page())
