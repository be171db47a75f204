"""Each result is told once to each target, by real servers' account; no secret is left anywhere."""

import json
import logging
import re
import socket
from datetime import timedelta
from threading import Event

import pytest
from django.core import serializers
from django.core.cache import cache
from django.utils import timezone

from jobs.automation.notify import Notify
from jobs.toolkit import messages
from jobs.toolkit.delivery import deliver

CANARY = "c4n4ry/T0K+EN=="
VIEW = {"extras.view_jobresult": None, "extras.view_externalintegration": None}


@pytest.fixture
def result(superuser):
    """A function that makes a result of a Job, ended some minutes ago."""
    from nautobot.extras.models import JobResult

    def make(name="Device audit", status="FAILURE", minutes=5, user=superuser, **values):
        row = JobResult(name=name, status=status, user=user, **values)
        row.save()
        row.date_done = timezone.now() - timedelta(minutes=minutes)
        row.save()
        return row

    return make


@pytest.fixture
def integration(web, db):
    """A function that makes an external integration, by default of the local server."""
    from nautobot.extras.models import ExternalIntegration

    def make(name="Chat", path="/hook", kind="generic", **values):
        config = {"notify": kind, "for": "others"}
        row = ExternalIntegration(
            **{"name": name, "remote_url": web.url + path, "timeout": 5, "extra_config": config, **values}
        )
        row.validated_save()
        return row

    return make


@pytest.fixture
def secrets(db, monkeypatch):
    """A secrets group with a token, which only the environment knows."""
    from nautobot.extras.models import Secret, SecretsGroup

    monkeypatch.setenv("CANARY_FOR_TESTS", CANARY)
    secret = Secret(name="Token", provider="environment-variable", parameters={"variable": "CANARY_FOR_TESTS"})
    secret.validated_save()
    group = SecretsGroup(name="Chat")
    group.validated_save()
    group.secrets.add(secret, through_defaults={"access_type": "HTTP(S)", "secret_type": "token"})
    return group


@pytest.fixture
def notify(run_job):
    def run(user=None, **inputs):
        return run_job(Notify, {"dryrun": False, **inputs}, user=user)

    return run


def told(run):
    return {key: len(pks) for key, pks in run.result.get("told", {}).items()}


# Who is told, of what, how often


def test_tells_a_webhook_what_failed_and_only_once(notify, result, integration, web):
    failed, hook = result(), integration()
    result("Other", status="SUCCESS")
    result("Old", minutes=25 * 60)

    run = notify(webhooks=[hook])

    assert (run.status, run.result["results"], run.result["sent"]) == ("SUCCESS", 1, 1)
    assert run.result["told"] == {str(hook.pk): [str(failed.pk)]}
    ((method, path, headers, body),) = web.requests
    assert (method, path, headers["Content-Type"]) == ("POST", "/hook", "application/json")
    assert [(item["job"], item["status"], item["id"]) for item in body["items"]] == [
        ("Device audit", "FAILURE", str(failed.pk))
    ]

    again = notify(webhooks=[hook])
    assert (again.status, again.result["sent"], len(web.requests)) == ("SUCCESS", 0, 1)

    result("Later")
    third = notify(webhooks=[hook])
    assert told(third) == {str(hook.pk): 1}
    assert [item["job"] for item in web.requests[1][3]["items"]] == ["Later"]


def test_each_target_is_told_whatever_else_was_chosen(notify, result, integration, web, mail_server):
    result()
    one, other = integration("One", "/one"), integration("Other", "/other")
    notify(webhooks=[one])
    run = notify(webhooks=[one, other], statuses=["FAILURE", "SUCCESS"], mail_to="noc@example.com")
    assert [request[1] for request in web.requests] == ["/one", "/other"]
    assert run.result["sent"] == 2
    assert len(mail_server.mails) == 1
    assert notify(mail_to="NOC@example.com").result["sent"] == 0


def test_many_are_told_by_run_after_run(notify, result, integration, web, monkeypatch):
    monkeypatch.setattr("jobs.automation.notify_results.MOST_RESULTS", 2)
    hook = integration()
    for number in range(5):
        result(f"Audit {number}", minutes=20 - number)
    assert [notify(webhooks=[hook]).result["sent"] for _ in range(4)] == [1, 1, 1, 0]
    found = [[item["job"] for item in request[3]["items"]] for request in web.requests]
    assert found == [["Audit 0", "Audit 1"], ["Audit 2", "Audit 3"], ["Audit 4"]]


def test_runs_of_itself_are_not_told(notify, result, integration, web):
    hook = integration(path="/")
    web.answers = [(404, {}, "")]
    result()
    assert notify(webhooks=[hook]).status == "FAILURE"
    notify(webhooks=[hook])
    assert [item["job"] for item in web.requests[-1][3]["items"]] == ["Device audit"]


def test_dry_run_shows_and_sends_nothing_and_remembers_nothing(notify, result, integration, web, mail_server):
    result()
    hook = integration()
    for _ in range(2):
        run = notify(webhooks=[hook], mail_to="noc@example.com", dryrun=True)
        assert (run.status, run.result) == ("SUCCESS", {"results": 1, "sent": 0, "failed": 0})
        assert "Device audit" in run.files["message.txt"].decode()
        (shown,) = json.loads(run.files["payload.json"])
        assert shown["webhook"] == "Chat"
    assert (web.requests, mail_server.mails) == ([], [])
    assert notify(webhooks=[hook]).result["sent"] == 1
    assert web.requests[0][3] == shown["payload"]


def test_is_a_dry_run_if_a_caller_of_the_rest_api_does_not_say(result, integration, web):
    assert Notify.as_form_class()({})["dryrun"].data is True


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        ({}, ["high", "low", "plain"]),
        ({"minimum_severity": "high"}, ["high"]),
        ({"minimum_severity": "low"}, ["high", "low"]),
        ({"statuses": ["SUCCESS"]}, ["good"]),
        ({"statuses": ["SUCCESS", "FAILURE"]}, ["high", "low", "plain", "good"]),
        ({"hours": 1}, ["plain"]),
        ({"groupings": "Audits"}, []),
        ({"groupings": "Examples, Audits"}, ["plain"]),
    ],
)
def test_what_is_chosen(notify, result, integration, web, inputs, names):
    from nautobot.extras.models import Job

    result("high", minutes=90, result={"severities": {"high": 2, "low": 1}})
    result("low", minutes=80, result={"severities": {"low": 3}})
    result("plain", minutes=4, result=[1], job_model=Job.objects.get(job_class_name="HelloWorld"))
    result("good", minutes=70, status="SUCCESS")
    notify(webhooks=[integration()], **inputs)
    found = [item["job"] for request in web.requests for item in request[3]["items"]]
    assert sorted(found) == sorted(names)


def test_only_one_job(notify, result, integration, web):
    from nautobot.extras.models import Job

    job = Job.objects.get(job_class_name="HelloWorld")
    result("mine", job_model=job)
    result("other")
    notify(webhooks=[integration()], jobs=[job])
    assert [item["job"] for item in web.requests[0][3]["items"]] == ["mine"]


def test_only_changes(notify, result, integration, web):
    from nautobot.extras.models import Job

    jobs = [Job.objects.get(job_class_name=name) for name in ("HelloWorld", "DeviceAudit")]
    result("first failed", job_model=jobs[0], minutes=50)
    result("failed again", job_model=jobs[0], minutes=40)
    result("good again", job_model=jobs[0], minutes=30, status="SUCCESS")
    result("same findings", job_model=jobs[1], minutes=20, result={"new": 0, "fixed": 0})
    result("new findings", job_model=jobs[1], minutes=10, result={"new": 1, "fixed": 0})
    notify(webhooks=[integration()], only_changes=True, statuses=["FAILURE", "SUCCESS"])
    found = [item["job"] for item in web.requests[0][3]["items"]]
    assert found == ["first failed", "good again", "new findings"]


def test_findings_and_the_first_bad_line_are_told(notify, result, integration, web):
    from nautobot.extras.models import JobLogEntry

    row = result(result={"severities": {"high": 2}, "new": 1, "fixed": 0, "score": 91.5})
    for level, text in (("info", "begin"), ("failure", "disk full"), ("error", "later")):
        JobLogEntry.objects.create(job_result=row, log_level=level, message=text)
    notify(webhooks=[integration()])
    (item,) = web.requests[0][3]["items"]
    assert (item["findings"], item["new"], item["score"], item["message"]) == ({"high": 2}, 1, 91.5, "disk full")
    assert "findings: 2 high; new: 1; fixed: 0; score: 91.5" in web.requests[0][3]["text"]


def test_empty_database(notify, integration, web):
    run = notify(webhooks=[integration()])
    assert (run.status, run.result, web.requests) == ("SUCCESS", {"results": 0, "sent": 0, "failed": 0}, [])


def test_number_of_queries_is_constant(notify, result, integration):
    hook = integration()

    def cost(number):
        for each in range(number):
            result(f"{number}-{each}")
        return notify(webhooks=[hook]).query_count

    few = cost(10)
    assert cost(100) == few


# Permissions


def test_a_user_is_told_only_of_what_that_user_may_view(notify, result, integration, web, make_user):
    result("seen")
    row = result("hidden")
    permissions = {**VIEW, "extras.view_jobresult": {"name": "seen"}}
    run = notify(user=make_user(permissions=permissions), webhooks=[integration()])
    assert run.status == "SUCCESS"
    assert [item["job"] for item in web.requests[0][3]["items"]] == ["seen"]
    assert str(row.pk) not in json.dumps(web.requests[0][3])


def test_lines_of_logs_only_with_permission(notify, result, integration, web, make_user):
    from nautobot.extras.models import JobLogEntry

    JobLogEntry.objects.create(job_result=result(), log_level="failure", message="disk full")
    notify(user=make_user(permissions=VIEW), webhooks=[integration()])
    assert "disk full" not in json.dumps(web.requests)


@pytest.mark.parametrize("missing", list(VIEW))
def test_without_permission_nothing_is_sent(notify, result, integration, web, make_user, missing):
    result()
    user = make_user(permissions={name: None for name in VIEW if name != missing})
    run = notify(user=user, webhooks=[integration()])
    assert (run.status, run.exception, run.files, web.requests) == ("FAILURE", None, {}, [])
    assert missing in " ".join(run.messages("failure"))


@pytest.mark.parametrize("config", [None, {}, {"notify": "fax"}, {"notify": ["slack"]}, ["notify"]])
def test_an_integration_that_is_for_other_things_is_refused(notify, result, integration, web, secrets, config):
    """Whoever may view it could use its credentials otherwise."""
    result()
    run = notify(webhooks=[integration(extra_config=config, path="/{{secrets.token}}", secrets_group=secrets)])
    assert (run.status, run.exception, web.requests) == ("FAILURE", None, [])
    assert '{"notify": "slack"}' in run.result["refused"]


def test_kinds_side_by_side(notify, result, integration, web):
    result()
    hooks = [
        integration("A", "/slack", kind="slack"),
        integration("B", "/json"),
        integration("C", "/webex", kind="webex"),
    ]
    assert notify(webhooks=hooks, template={"own": "{{ title }}"}).result["sent"] == 3
    assert [(path, sorted(body)) for _, path, _, body in web.requests] == [
        ("/slack", ["blocks", "text"]),
        ("/json", ["own"]),
        ("/webex", ["markdown"]),
    ]


def test_an_integration_that_one_may_not_view_is_refused(notify, result, integration, web, make_user):
    result()
    user = make_user(permissions={**VIEW, "extras.view_externalintegration": {"name": "Other"}})
    run = notify(user=user, webhooks=[integration(), integration("Other")])
    assert (run.status, web.requests) == ("FAILURE", [])
    assert "extras.view_externalintegration" in run.result["refused"]


# What goes wrong


def test_what_is_busy_is_asked_again_and_later(notify, result, integration, web, pauses):
    result()
    web.answers = [(503, {}, ""), (429, {"Retry-After": "7"}, "slow down"), (500, {}, "")]
    run = notify(webhooks=[integration()])
    assert (run.status, run.result["sent"], len(web.requests)) == ("SUCCESS", 1, 4)
    assert pauses == [1.0, 7.0, 4.0]


def test_what_stays_busy_is_told_by_the_next_run(notify, result, integration, web, pauses):
    result()
    hook, good = integration(), integration("Good", "/good")
    web.answers = [(503, {}, "")] * 4
    run = notify(webhooks=[hook, good])
    assert (run.status, run.result["sent"], run.result["failed"]) == ("FAILURE", 1, 1)
    assert "503" in " ".join(run.messages("failure"))
    assert told(run) == {str(good.pk): 1}
    assert told(notify(webhooks=[hook, good])) == {str(hook.pk): 1}


@pytest.mark.parametrize(
    ("status", "headers"),
    [(400, {}), (404, {}), (302, {"Location": "http://127.0.0.1:9/"}), (429, {"Retry-After": "3600"})],
)
def test_what_refuses_is_not_asked_again(notify, result, integration, web, pauses, status, headers):
    result()
    web.answers = [(status, headers, "no_text")]
    run = notify(webhooks=[integration()])
    assert (run.status, run.exception, len(web.requests), pauses) == ("FAILURE", None, 1, [])
    assert f"answered {status}" in " ".join(run.messages("failure"))


def test_retry_after_may_be_a_time(notify, result, integration, web, pauses):
    from email.utils import format_datetime

    result()
    web.answers = [(503, {"Retry-After": format_datetime(timezone.now() + timedelta(seconds=30))}, "")]
    assert notify(webhooks=[integration()]).status == "SUCCESS"
    assert 25 < pauses[0] <= 30


def test_nobody_answers(notify, result, integration, pauses):
    result()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/x"
        run = notify(webhooks=[integration(remote_url=address)])
    assert (run.status, run.exception, len(pauses)) == ("FAILURE", None, 3)
    assert address not in " ".join(run.messages())


def test_no_answer_in_time(notify, result, integration, web, pauses):
    result()

    def slow(_):
        Event().wait(1.5)  # time.sleep() is not to be had in this test
        return "late"

    web.answers = [(200, {}, slow)]
    run = notify(webhooks=[integration(timeout=1)])
    assert (run.status, pauses) == ("SUCCESS", [1.0])


@pytest.mark.parametrize(
    ("ca", "verify", "arrives"),
    [(True, True, True), (False, True, False), (False, False, True), ("missing", True, False)],
)
def test_certificates(notify, result, integration, tls_web, pauses, ca, verify, arrives):
    result()
    path = {True: tls_web.ca, False: "", "missing": "/nowhere/ca.pem"}[ca]
    url = tls_web.url.replace("http://", "https://")
    run = notify(webhooks=[integration(remote_url=url, ca_file_path=path, verify_ssl=verify)])
    assert (run.status, run.exception) == ("SUCCESS" if arrives else "FAILURE", None)
    assert len(tls_web.requests) == arrives
    assert pauses == []
    assert bool(run.messages("warning")) is (not verify)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "Nobody"),
        ({"mail_to": "noc@example.com, not an address"}, "not, an, address"),
        ({"mail_to": "a@example.com\nBcc: b@example.com"}, "Bcc:"),
        ({"mail_to": "noc@example.com", "groupings": "Audits, Audit"}, "under Audit."),
        ({"mail_to": "noc@example.com", "template": {"a": 1}}, "Template"),
        ({"mail_to": " ".join(f"u{n}@example.com" for n in range(51))}, "51"),
    ],
)
def test_bad_input_is_refused(notify, result, mail_server, inputs, words):
    result()
    run = notify(**inputs)
    assert (run.status, run.exception, mail_server.mails) == ("FAILURE", None, [])
    assert words in run.result["refused"]


def test_hours_out_of_range_over_the_rest_api(run_job, superuser):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        run_job(Notify, {"hours": 1000, "mail_to": "noc@example.com"})


@pytest.mark.parametrize("noticed", [False, True])
def test_what_a_killed_run_has_told_is_not_told_again(notify, result, integration, web, monkeypatch, noticed):
    """Where a process of a worker is killed and not the worker, Celery notices, and writes a result."""
    from nautobot.extras.models import FileProxy, JobResult

    failed, one, other = result(), integration("One", "/one"), integration("Other", "/other")
    sent = []

    class Killed(BaseException):
        pass

    def killed(send):
        if sent:
            raise Killed
        sent.append(deliver(send))
        return sent[0]

    monkeypatch.setattr("jobs.automation.notify.deliver", killed)
    with pytest.raises(Killed):
        notify(webhooks=[one, other])
    monkeypatch.undo()
    run = JobResult.objects.get(name="Notify")
    cache.delete(Notify.singleton_cache_key)
    if noticed:
        JobResult.objects.store_result(
            task_id=run.pk,
            result={"exc_type": "WorkerLostError"},
            status="FAILURE",
            task_args=[],
            task_kwargs={},
            celery_kwargs={},
            job_model_id=run.job_model_id,
            user_id=run.user_id,
        )
    again = notify(webhooks=[one, other])
    assert (again.status, again.result["told"]) == ("SUCCESS", {str(other.pk): [str(failed.pk)]})
    assert [request[1] for request in web.requests] == ["/one", "/other"]
    assert FileProxy.objects.get(name="told.json").job_result_id == run.pk  # none of the run that ended


def test_what_was_told_before_the_time_was_over_is_remembered(notify, result, integration, web, monkeypatch):
    from celery.exceptions import SoftTimeLimitExceeded

    result()
    hooks = [integration("A", "/a"), integration("B", "/b"), integration("C", "/c")]
    web.answers = [(200, {}, ""), (503, {}, "")]

    def over(_):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr("jobs.toolkit.delivery.time.sleep", over)
    run = notify(webhooks=hooks)
    assert (run.status, run.exception, told(run)) == ("FAILURE", None, {str(hooks[0].pk): 1})
    assert [request[1] for request in web.requests] == ["/a", "/b"]
    notify(webhooks=hooks)
    assert [request[1] for request in web.requests[2:]] == ["/b", "/c"]


# Secrets


def test_no_secret_is_left_anywhere(notify, result, integration, web, secrets, pauses, caplog):
    """Not in the database, not in files, not in the log of the worker: whatever the server answers."""
    result()
    hooks = [
        integration("In path", "/services/{{secrets.token}}", secrets_group=secrets),
        integration("In header", headers={"Authorization": "Bearer {{ secrets.token }}"}, secrets_group=secrets),
        integration("In query", "/?key={{secrets.token}}", secrets_group=secrets),
    ]

    def echo(handler):
        return f"{handler.path} {handler.headers.get('Authorization')} is not known"

    web.answers = [(403, {}, echo), (503, {}, echo), (500, {}, echo)]
    with caplog.at_level(logging.DEBUG):
        runs = [notify(webhooks=hooks), notify(webhooks=hooks, dryrun=True), notify(webhooks=hooks)]

    assert [run.status for run in runs] == ["FAILURE", "SUCCESS", "SUCCESS"]
    assert {request[1] for request in web.requests} == {f"/services/{CANARY}", "/hook", f"/?key={CANARY}"}
    assert f"Bearer {CANARY}" in {request[2].get("Authorization") for request in web.requests}
    left = [database(), caplog.text, *(content.decode() for run in runs for content in run.files.values())]
    for text in left:
        assert CANARY not in text
        assert re.search("c4n4ry", text) is None
    assert "is not known" in " ".join(runs[0].messages("failure"))


def database():
    """All rows of all tables, as text."""
    from django.apps import apps

    models = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return "\n".join(serializers.serialize("json", model._base_manager.all()) for model in models)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"path": "/{{secrets.token}}"}, "no secrets group"),
        ({"path": "/{{secrets.password}}", "group": True}, "type password"),
        ({"headers": {"X-Key": "{{ secret.token }}"}, "group": True}, "secret"),
        ({"headers": ["X-Key"]}, "JSON object"),
        ({"remote_url": "ftp://example.com/"}, "https://"),
        ({"headers": {"X-Key": "{{ secrets.token }}"}, "group": True, "unset": True}, "Token"),
    ],
)
def test_an_integration_that_cannot_work_is_refused(
    notify, result, integration, web, secrets, monkeypatch, values, words
):
    result()
    if values.pop("unset", False):
        monkeypatch.delenv("CANARY_FOR_TESTS")
    if values.pop("group", False):
        values["secrets_group"] = secrets
    run = notify(webhooks=[integration(**values)])
    assert (run.status, run.exception, web.requests) == ("FAILURE", None, [])
    assert words in run.result["refused"]
    assert CANARY not in run.result["refused"]


def test_a_secret_with_a_line_break_makes_no_header(notify, result, integration, web, secrets, monkeypatch):
    result()
    monkeypatch.setenv("CANARY_FOR_TESTS", "one\r\nX-Injected: two")
    run = notify(webhooks=[integration(headers={"X-Key": "{{ secrets.token }}"}, secrets_group=secrets)])
    assert (run.status, run.exception, web.requests) == ("FAILURE", None, [])
    assert "X-Injected" not in " ".join(run.messages())


# Forms of messages

HOSTILE = (
    '<!channel> @all [x](http://evil) *b* `c` {{ 7*7 }} "q" \\ & <https://evil|y> \r\n# Title \u202e \x00|'.replace(
        "\x00", ""
    )
)


@pytest.mark.parametrize("payload", list(messages.FORMATS))
def test_names_stay_names(notify, result, integration, web, payload, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://nautobot.example.com"]
    row = result(HOSTILE)
    assert notify(webhooks=[integration(kind=payload)]).status == "SUCCESS"
    body = web.requests[0][3]
    if payload == "generic":
        assert body["items"][0]["job"] == row.name
        return
    if payload == "slack":  # whose header is plain text
        assert body["blocks"].pop(0)["text"]["type"] == "plain_text"
    text = "\n".join(texts(body))
    assert f"https://nautobot.example.com/extras/job-results/{row.pk}/" in text
    for harmful in (
        r"<!",
        "@all",
        r"(?<!\\)<http(?!s://nautobot)",
        "://evil",
        r"(?<!\\)\]\(https?://(?!nautobot)",
        r" \*b\* ",
        "\n# Title",
        "\u202e",
    ):
        assert not re.search(harmful, text)


def texts(value):
    if isinstance(value, dict):
        value = list(value.values())
    return [text for each in value for text in texts(each)] if isinstance(value, list) else [str(value)]


@pytest.mark.parametrize(
    ("payload", "size"),
    [("slack", 50_000), ("mattermost", 16_383), ("webex", 7_439), ("teams", 28_000)],
)
def test_messages_have_room_with_the_services(payload, size):
    lines = ["findings: " + "ü" * 390, "x" * 500]
    items = [
        messages.Item(f"Audit {n} " + "-" * 300, lines, "bad", "https://nautobot.example.com/" + "x" * 60)
        for n in range(300)
    ]
    body = messages.FORMATS[payload](messages.Message("t" * 1000, items))
    text = json.dumps(body, ensure_ascii=False)
    measured = {"webex": lambda: body["markdown"].encode(), "mattermost": lambda: body["text"]}.get(
        payload, text.encode
    )
    assert len(measured()) <= size
    assert re.search(r"and \d+ more", text)
    if payload == "slack":
        assert len(body["blocks"]) <= 50
        assert all(len(block["text"]["text"]) <= 3000 for block in body["blocks"] if "text" in block)


def test_template_of_ones_own(notify, result, integration, web):
    result(HOSTILE, result={"severities": {"low": 1}})
    template = {
        "summary": "{{ title }}",
        "runs": "{{ items }}",
        "first": ["{{ items[0].job }}: {{ items[0].findings.low }}"],
        "fixed": 3,
    }
    run = notify(webhooks=[integration()], template=template)
    assert run.status == "SUCCESS"
    body = web.requests[0][3]
    assert body["runs"][0]["job"] == body["first"][0].removesuffix(": 1")
    assert "{{ 7*7 }}" in body["first"][0]
    assert body["fixed"] == 3


@pytest.mark.parametrize(
    "text", ["{{ nothing }}", "{{ ''.__class__ }}", "{% for x in items %}{% endfor %}", "{{ 'a'*9 }}"]
)
def test_a_template_that_cannot_work_is_refused_before_anything_is_sent(
    notify, result, integration, web, mail_server, text
):
    result()
    run = notify(webhooks=[integration()], mail_to="noc@example.com", template={"a": [{"b": text}]})
    assert (run.status, run.exception, web.requests, mail_server.mails) == ("FAILURE", None, [], [])
    assert "Template.a[0].b" in run.result["refused"]


# Mail


def test_mail_has_the_reports(notify, result, mail_server, run_job):
    from django.core.files.base import ContentFile
    from nautobot.extras.models import FileProxy

    row = result("Name\r\nBcc: x@example.com")
    for name in ("report.html", "findings.csv"):
        FileProxy.objects.create(name=name, job_result=row, file=ContentFile(b"<p>found</p>", name=name))
    run = notify(mail_to="noc@example.com; lead@example.com")
    assert run.status == "SUCCESS"
    ((to, message),) = mail_server.mails
    assert sorted(to) == ["lead@example.com", "noc@example.com"]
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Nautobot: 1 result, 1 failed: Name Bcc")
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("report-1.html", "text/html")
    assert "found" in attached.get_content()
    assert "Name" in message.get_body().get_content()


def test_files_only_with_permission_and_room(notify, result, mail_server, make_user, monkeypatch):
    from django.core.files.base import ContentFile
    from nautobot.extras.models import FileProxy

    row = result()
    FileProxy.objects.create(name="report.html", job_result=row, file=ContentFile(b"<p>found</p>", name="report.html"))
    notify(user=make_user(permissions=VIEW), mail_to="a@example.com")
    monkeypatch.setattr("jobs.automation.notify_results._MOST_BYTES", 5)
    notify(mail_to="b@example.com")
    notify(mail_to="c@example.com", attach_reports=False)
    assert [list(message.iter_attachments()) for _, message in mail_server.mails] == [[], [], []]
    assert "no room" in mail_server.mails[1][1].get_body().get_content()


@pytest.mark.parametrize(
    ("answers", "tries"),
    [
        ({"MAIL": ["451 busy", "421 busy"]}, 3),
        ({"RCPT": ["450 greylisted"]}, 2),
        ({"DATA": [None]}, 2),
    ],
)
def test_a_busy_mail_server_is_asked_again(notify, result, mail_server, pauses, answers, tries):
    result()
    mail_server.answers = answers
    run = notify(mail_to="noc@example.com")
    assert (run.status, len(mail_server.mails), len(pauses)) == ("SUCCESS", 1, tries - 1)


@pytest.mark.parametrize(("answers", "words"), [({"RCPT": ["550 unknown"]}, "550"), ({"MAIL": ["553 no"]}, "553")])
def test_a_mail_server_that_refuses_is_not(notify, result, mail_server, pauses, answers, words):
    result()
    mail_server.answers = answers
    run = notify(mail_to="noc@example.com")
    assert (run.status, run.exception, mail_server.mails, pauses) == ("FAILURE", None, [], [])
    assert words in " ".join(run.messages("failure"))


def test_no_mail_server(notify, result, mail_server, settings, pauses):
    result()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = closed.getsockname()[1]
        run = notify(mail_to="noc@example.com")
    assert (run.status, run.exception, len(pauses)) == ("FAILURE", None, 3)
