"""The digest counts what there is, tells nobody of what they may not view, and is safe to open."""

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from jobs.automation.change_digest import ChangeDigest
from jobs.automation.change_digest_read import MOST_REQUESTS
from jobs.toolkit.page import content_hash

HOSTILE = "<script>alert(1)</script> ](http://evil) | *b*\r\n# x"


@pytest.fixture
def network(lab):
    """Devices at two sites; nothing of it is in the change log."""
    kind = lab.device_type("Switch")
    other = lab.location("LON01")
    return [lab.device("ams-sw", kind), lab.device("lon-sw", kind, location=other)]


@pytest.fixture
def log():
    """A function that makes an entry of the change log, some minutes ago."""
    from nautobot.extras.models import ObjectChange

    def make(obj, action="update", *, user="noc", request=None, minutes=10, **values):
        entry = obj.to_objectchange(action)
        entry.request_id, entry.user_name, entry.change_context = request or uuid4(), user, "orm"
        for name, value in values.items():
            setattr(entry, name, value)
        entry.save()
        ObjectChange.objects.filter(pk=entry.pk).update(time=timezone.now() - timedelta(minutes=minutes))
        return entry

    return make


@pytest.fixture
def digest(run_job):
    def run(user=None, **inputs):
        return run_job(ChangeDigest, inputs, user=user)

    return run


def html(run):
    return run.files["digest.html"].decode()


def markdown(run):
    return run.files["digest.md"].decode()


def test_who_changed_what_where(digest, network, log, lab):
    ams, lon = network
    log(ams, "create")
    log(ams, "update", user="eve")
    log(lon, "delete", user="eve")
    log(lab.interface(ams, "lo0"), "create")
    log(ams, minutes=25 * 60)
    run = digest()
    assert (run.status, run.result) == ("SUCCESS", {"entries": 4, "users": 2, "models": 2, "locations": 2})
    lines = markdown(run).splitlines()
    assert "| noc | 2 | 0 | 0 |" in lines
    assert "| eve | 0 | 1 | 1 |" in lines
    assert "| devices | 1 | 1 | 1 |" in lines
    assert "| EMEA / AMS01 | 2 | 1 | 0 |" in lines
    assert "| EMEA / LON01 | 0 | 0 | 1 |" in lines
    assert digest(hours=26).result["entries"] == 5
    assert re.search(r"lo0</a></bdi> <span class=\"muted\">of</span> <bdi>ams-sw</bdi>|lo0</bdi> .*ams-sw", html(run))


def test_parts_of_a_deleted_device_are_where_it_was(digest, network, log, lab):
    lon = network[1]
    log(lab.interface(lon, "lo0"), "delete")
    log(lon, "delete")
    lon.delete()
    assert "| EMEA / LON01 | 0 | 0 | 2 |" in markdown(digest()).splitlines()


def test_requests(digest, network, log):
    request = UUID(int=7)
    for minutes, device in enumerate(network, 1):
        log(device, "create", request=request, minutes=minutes, change_context="job", change_context_detail="Deploy")
    page = html(digest())
    assert page.count('<details class="request">') == 1
    assert re.search(r"created 2 devices: ams-sw, lon-sw", page)
    assert "Deploy" in page


def test_only_what_is_chosen(digest, network, log, lab):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Location

    ams, lon = network
    log(ams)
    log(lon, user="eve")
    log(lab.site, user="eve")
    locations = ContentType.objects.get_for_model(Location)
    assert digest(user_names="eve, nobody").result["entries"] == 2
    assert digest(models=[locations]).result["entries"] == 1
    assert digest(locations=[lab.site]).result["entries"] == 2
    assert digest(locations=[lab.region]).result["entries"] == 3
    assert digest(locations=[lab.region], models=[locations], user_names="noc").result["entries"] == 0


def test_a_schedule_ends_at_the_full_hour():
    """Daily digests adjoin, however late the run begins."""
    job = SimpleNamespace(job_result=SimpleNamespace(scheduled_job_id=uuid4()))
    since, until = ChangeDigest._window(job, 24)
    assert (until.minute, until.second, until - since) == (0, 0, timedelta(hours=24))
    assert timezone.now() - until < timedelta(hours=1)


# What a user may not view


ALL = {"extras.view_objectchange": None, "dcim.view_device": None, "dcim.view_location": None}


def test_objects_that_one_may_not_view_are_not_told(digest, network, log, lab, make_user):
    ams, lon = network
    log(ams)
    log(lon)
    log(lab.role)
    log(lab.interface(lon, "lo0"))
    seen = digest(user=make_user(permissions={**ALL, "dcim.view_device": {"name": "ams-sw"}}))
    assert seen.result == {"entries": 1, "users": 1, "models": 1, "locations": 1}
    for text in (html(seen), markdown(seen), " ".join(seen.messages())):
        assert "lon-sw" not in text
        assert "LON01" not in text
        assert lab.role.name not in text


def test_deleted_objects_only_to_those_who_may_view_all(digest, network, log, make_user):
    ams = network[0]
    log(ams, "delete")
    ams.delete()
    constrained = make_user("some", {**ALL, "dcim.view_device": {"name__startswith": "ams"}})
    assert digest(user=constrained).result["entries"] == 0
    assert digest(user=make_user("all", ALL)).result["entries"] == 1


def test_entries_that_one_may_not_view_are_not_told(digest, network, log, make_user):
    log(network[0])
    log(network[1], user="eve")
    user = make_user(permissions={**ALL, "extras.view_objectchange": {"user_name": "eve"}})
    assert digest(user=user).result["entries"] == 1


def test_names_of_locations_only_with_permission(digest, network, log, make_user):
    log(network[0])
    permissions = {name: None for name in ALL if name != "dcim.view_location"}
    run = digest(user=make_user(permissions=permissions))
    assert run.result["entries"] == 1
    assert "AMS01" not in html(run) + markdown(run)


def test_without_permission_nothing_is_told(digest, network, log, make_user, mail_server):
    log(network[0])
    run = digest(user=make_user(permissions={"dcim.view_device": None}), mail_to="noc@example.com")
    assert (run.status, run.exception, run.files, mail_server.mails) == ("FAILURE", None, {}, [])
    assert "extras.view_objectchange" in run.result["refused"]


# The files


def test_names_are_harmless(digest, network, log, lab, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://nautobot.example.com"]
    entry = log(
        network[0], user=HOSTILE[:150], object_repr=HOSTILE, change_context="job", change_context_detail=HOSTILE
    )
    run = digest()
    page = html(run)
    assert page.count("<script") == 1
    assert f'href="https://nautobot.example.com/extras/object-changes/{entry.pk}/"' in page
    style, script = (re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1] for tag in ("style", "script"))
    policy = unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1])
    assert content_hash(style) in policy
    assert content_hash(script) in policy
    text = markdown(run)
    assert "\n# x" not in text
    assert not re.search(r"(?<!\\)<script|(?<!\\)\]\(", text)


def test_what_has_no_room_is_counted(digest, network, log):
    from nautobot.extras.models import ObjectChange

    entry = log(network[0])
    rows = [entry_copy(entry, number) for number in range(MOST_REQUESTS + 20)]
    ObjectChange.objects.bulk_create(rows)
    ObjectChange.objects.update(time=timezone.now() - timedelta(minutes=1))
    page = html(digest())
    assert page.count('<details class="request">') == MOST_REQUESTS
    assert "21 changes of earlier ones" in page


def entry_copy(entry, number):
    copy = type(entry).objects.get(pk=entry.pk)
    copy.pk, copy.request_id = uuid4(), UUID(int=number + 100)
    return copy


def test_empty_database(digest, db):
    run = digest(user_names="nobody")
    assert (run.status, run.result) == ("SUCCESS", {"entries": 0, "users": 0, "models": 0, "locations": 0})
    assert "Nothing was changed" in html(run)


def test_changes_nothing(digest, network, log):
    from nautobot.extras.models import ObjectChange

    log(network[0])
    assert [digest().result["entries"] for _ in range(2)] == [1, 1]
    assert ObjectChange.objects.count() == 1


@pytest.mark.parametrize("constrained", [False, True])
def test_number_of_queries_is_constant(digest, network, log, make_user, constrained):
    from nautobot.extras.models import ObjectChange

    user = make_user(permissions={**ALL, "dcim.view_device": {"name": "ams-sw"} if constrained else None})
    entry = log(network[0])
    digest(user=user)  # a file of a name that is there already costs Nautobot a query more
    costs = []
    for count in (10, 100):
        ObjectChange.objects.exclude(pk=entry.pk).delete()
        ObjectChange.objects.bulk_create([entry_copy(entry, number) for number in range(count - 1)])
        run = digest(user=user)
        assert run.result["entries"] == count
        costs.append(run.query_count)

    assert costs[0] == costs[1]


# Mail


def test_mail(digest, network, log, mail_server):
    log(network[0])
    run = digest(mail_to="noc@example.com")
    assert run.status == "SUCCESS"
    ((to, message),) = mail_server.mails
    assert (to, message["Subject"].startswith("Nautobot: 1 change by 1 user (1 updated)")) == (
        ["noc@example.com"],
        True,
    )
    assert [part.get_filename() for part in message.iter_attachments()] == ["digest.html", "digest.md"]
    assert "ams" in message.get_body().get_content()


def test_mail_that_is_refused_fails_the_job(digest, network, log, mail_server):
    log(network[0])
    mail_server.answers = {"MAIL": ["550 no"]}
    run = digest(mail_to="noc@example.com")
    assert (run.status, run.exception, set(run.files)) == ("FAILURE", None, {"digest.html", "digest.md"})


@pytest.mark.parametrize("inputs", [{"mail_to": "nobody"}])
def test_bad_input_is_refused(digest, db, inputs):
    run = digest(**inputs)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
