"""Site and Region become Location."""

import pytest
from migrating import after, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformations.location_models import LocationModels


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            """
            from nautobot.dcim.models import Site

            Site.objects.all()
            """,
            """
            from nautobot.dcim.models import Location

            Location.objects.filter(location_type__name="Site")
            """,
        ),
        (
            """
            from nautobot.dcim.models import Device, Region, Site

            Site.objects.filter(name="x").count()
            Region.objects.get(name="x")
            Site.objects.order_by("name")
            Device.objects.filter(location__in=Site.objects.exclude(name="y"))
            """,
            """
            from nautobot.dcim.models import Device, Location

            Location.objects.filter(name="x", location_type__name="Site").count()
            Location.objects.get(name="x", location_type__name="Region")
            Location.objects.filter(location_type__name="Site").order_by("name")
            Device.objects.filter(location__in=Location.objects.filter(location_type__name="Site").exclude(name="y"))
            """,
        ),
        (
            """
            from nautobot.dcim.models import (
                Device,
                Site,
            )
            from nautobot.extras.jobs import Job, ObjectVar


            class Example(Job):
                site = ObjectVar(
                    model=Site,
                    query_params={"subtree": "$region"},
                )
                other = ObjectVar(model=Site, required=False)

                def f(self, site: Site):
                    # all of them
                    return Site.objects.filter(
                        name="x",
                    )
            """,
            """
            from nautobot.dcim.models import (
                Device,
                Location,
            )
            from nautobot.extras.jobs import Job, ObjectVar


            class Example(Job):
                site = ObjectVar(
                    model=Location,
                    query_params={"subtree": "$region", "location_type": "Site"},
                )
                other = ObjectVar(model=Location, required=False, query_params={"location_type": "Site"})

                def f(self, site: Location):
                    # all of them
                    return Location.objects.filter(
                        name="x",
                        location_type__name="Site",
                    )
            """,
        ),
        (
            """
            from nautobot.dcim import models

            models.Site.objects.all()
            """,
            """
            from nautobot.dcim import models

            models.Location.objects.filter(location_type__name="Site")
            """,
        ),
        (
            """
            user.has_perm("dcim.view_site", "dcim.site")
            """,
            """
            user.has_perm("dcim.view_location", "dcim.location")
            """,
        ),
        (
            """
            ContentType.objects.get(app_label="dcim", model="site")
            apps.get_model("dcim", "Region")
            """,
            """
            ContentType.objects.get(app_label="dcim", model="location")
            apps.get_model("dcim", "Location")
            """,
        ),
        (
            """
            from nautobot.dcim.models import Location, Site

            try:
                Site.objects.get(name="x")
            except Site.DoesNotExist:
                Location.objects.all()
            """,
            """
            from nautobot.dcim.models import Location

            try:
                Location.objects.get(name="x", location_type__name="Site")
            except Location.DoesNotExist:
                Location.objects.all()
            """,
        ),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before, expected, LocationModels())


def test_a_name_that_the_repository_passes_on_is_followed():
    files = {
        "jobs/common.py": "from nautobot.dcim.models import Site\n",
        "jobs/example.py": "from .common import Site\n\nSite.objects.all()\n",
    }
    assert after(files, LocationModels(), path="jobs/common.py") == "from nautobot.dcim.models import Location\n"
    expected = 'from nautobot.dcim.models import Location\n\nLocation.objects.filter(location_type__name="Site")\n'
    assert after(files, LocationModels()) == expected


@pytest.mark.parametrize(
    "code",
    [
        "from .common import OldSite as S\n\nS.objects.all()\n",
        "from . import common\n\ncommon.OldSite.objects.all()\n",
        "from .common import *\n\nOldSite.objects.all()\n",
    ],
)
def test_another_name_that_the_repository_passes_on_is_followed(code):
    files = {"jobs/common.py": "from nautobot.dcim.models import Site as OldSite\n", "jobs/example.py": code}
    text = after(files, LocationModels())
    assert "from nautobot.dcim.models import Location\n" in text
    assert text.endswith('\nLocation.objects.filter(location_type__name="Site")\n')
    assert "OldSite" not in text


def test_an_import_that_is_tried_elsewhere_is_for_both():
    common = "try:\n    from nautobot.dcim.models import Location\nexcept ImportError:\n"
    common += "    from nautobot.dcim.models import Site as Location\n"
    files = {"jobs/common.py": common, "jobs/example.py": "from .common import Location\n\nLocation.objects.all()\n"}
    assert migrated(files, LocationModels()).outcomes == {}


@pytest.mark.parametrize(
    "code",
    [
        "from nautobot.dcim.models import Location\n\nLocation.objects.all()",
        "from mine import Site\n\nSite.objects.all()",
        "class Site:\n    pass\n\n\nSite()",
        """\
try:
    from nautobot.dcim.models import Location
except ImportError:
    from nautobot.dcim.models import Site as Location

Location.objects.all()""",
        'print("Site", "a dcim.site", "mydcim.site")',
        'ContentType.objects.get(app_label="dcim", model="device")\nx = {"app_label": "dcim", "model": "site"}',
        "from django.contrib.sites.models import Site\n\nSite.objects.get_current()",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", LocationModels())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ('Site.objects.create(name="x")', "A dcim.Location needs a location_type"),
        ('Site(name="x")', "A dcim.Location needs a location_type"),
        ("isinstance(x, Site)", "Every dcim.Location passes this test now"),
        ("isinstance(x, (Site, str))", "Every dcim.Location passes this test now"),
        ("f(Site.objects)", "This is about every dcim.Location now"),
        ("x = ObjectVar(model=Site, query_params=PARAMS)", "narrow it by query_params"),
    ],
)
def test_is_left_to_a_person(code, reason):
    head = "from nautobot.dcim.models import Site\n\n"
    text = after(head + code + "\n", LocationModels())
    assert reason in text
    assert text.splitlines()[-1] == code.replace("Site", "Location")


def test_nothing_is_changed_where_the_name_is_taken():
    code = "from nautobot.dcim.models import Site\n\nLocation = make()\nSite.objects.all()\n"
    text = after(code, LocationModels())
    assert "this file has something else by that name" in text
    assert text.endswith(code)
