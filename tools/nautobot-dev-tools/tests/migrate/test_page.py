"""The report of a migration as a page."""

import json
import re
from html.parser import HTMLParser

from click.testing import CliRunner
from migrating import migrated
from nautobot_dev_tools.migrate import page
from nautobot_dev_tools.migrate.command import migrate
from nautobot_dev_tools.migrate.page import as_html
from nautobot_dev_tools.migrate.transformations import TRANSFORMATIONS

FILES = {
    "jobs/sites.py": """
        from nautobot.dcim.models import Device, Site
        from nautobot.extras.jobs import Job

        print("<b>", Site.objects.get(slug="x"))
        Device.objects.filter(device_role=1)
        """,
    "jobs/broken.py": 'print "hello"\n',
    "jobs/fine.py": "x = 1\n",
}


def report(files, **options):
    done = migrated(files, *TRANSFORMATIONS)
    return as_html(done, TRANSFORMATIONS, **{"name": "R&D", "since": "1.x", "to": "3.2", "written": False} | options)


def test_it_has_all_that_is_to_be_said():
    html = report(FILES)
    assert "<title>Migration of R&amp;D to Nautobot 3.2</title>" in html
    for text in (
        "Location has no slug; its name may identify it",
        "Device: device_role is role now",
        "dcim.Site is dcim.Location now",
        "it does not parse",
        "not written",
    ):
        assert text in html
    assert "jobs/fine.py" not in html
    assert html.index("jobs/broken.py") < html.index("jobs/sites.py")


def test_code_is_escaped():
    html = report(FILES)
    assert "&lt;b&gt;" in html
    assert "<b>&quot;" not in html
    assert 'print("<b>"' not in html


def test_it_needs_nothing_else():
    html = report(FILES)
    assert not re.search(r"<(script|link|img|iframe)|@import|url\(", html)
    # What it links to is documentation alone.
    assert set(re.findall(r'href="(https?://[^/"]+)', html)) == {"https://docs.nautobot.com"}


def test_its_tags_are_closed():
    class Balance(HTMLParser):
        open_: list[str] = []

        def handle_starttag(self, tag, attrs):
            if tag not in ("meta",):
                self.open_.append(tag)

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            assert self.open_.pop() == tag

    parser = Balance()
    parser.feed(report(FILES))
    assert parser.open_ == []


def test_nothing_to_do_says_so():
    html = report({"jobs/fine.py": "x = 1\n"})
    assert "Nothing to do" in html
    assert "<details" not in html


def test_a_long_change_is_cut(monkeypatch):
    monkeypatch.setattr(page, "MOST_LINES", 5)
    assert re.search(r"… and \d+ more lines", report(FILES))


def test_the_command_prints_it(write):
    root = write({"jobs/a.py": "from nautobot.utilities.utils import deepmerge\n"})
    html = CliRunner().invoke(migrate, [str(root), "--format", "html"]).stdout
    assert html.startswith("<!DOCTYPE html>")
    assert html.endswith("</html>\n")
    assert (root / "jobs/a.py").read_text() == "from nautobot.utilities.utils import deepmerge\n"
    told = json.loads(CliRunner().invoke(migrate, [str(root), "--format", "json"]).stdout)
    assert told["changes"] >= 1
