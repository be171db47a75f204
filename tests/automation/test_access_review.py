"""Access and secrets review: what it lists, what it never tells, and who may run which Job."""

import csv
import io

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from nautobot.extras.models import GitRepository, Job, Secret, SecretsGroup, SecretsGroupAssociation
from nautobot.users.models import ObjectPermission, Token

from jobs.automation.access_review import AccessAndSecretsReview
from jobs.toolkit.access_rows import Probe

FILES = {"review.html", "users.csv", "tokens.csv", "permissions.csv", "secrets.csv", "who-may-run.csv"}
NEEDED = (
    "users.view_user",
    "users.view_token",
    "users.view_objectpermission",
    "auth.view_group",
    "extras.view_secretsgroup",
    "extras.view_secret",
    "extras.view_job",
)


def table(run, name):
    return list(csv.DictReader(io.StringIO(run.files[name].decode())))


@pytest.fixture
def secret(db, monkeypatch):
    """A function that makes a secret out of a variable of the environment, in a secrets group, with a value."""

    def run(name, value=None, *, group=True, variable=None):
        variable = variable or f"REVIEW_{name.upper()}"
        if value is not None:
            monkeypatch.setenv(variable, value)
        made = Secret.objects.create(name=name, provider="environment-variable", parameters={"variable": variable})
        if group:
            owner = SecretsGroup.objects.create(name=f"group {name}")
            SecretsGroupAssociation.objects.create(
                secrets_group=owner, secret=made, access_type="HTTP(S)", secret_type="token"
            )
        return made

    return run


def test_lists_users_tokens_and_permissions(run_job, make_user):
    anna = make_user("anna", permissions={"extras.run_job": {"job_class_name": "HelloWorld"}})
    anna.groups.add(Group.objects.create(name="Engineers"))
    token = Token.objects.create(user=anna, description="script", write_enabled=False)
    run = run_job(AccessAndSecretsReview)
    assert (run.status, set(run.files)) == ("SUCCESS", FILES)
    row = next(row for row in table(run, "users.csv") if row["user"] == "anna")
    assert (row["state"], row["groups"], row["permissions"], row["API tokens"]) == ("user", "Engineers", "1", "1")
    row = next(row for row in table(run, "tokens.csv") if row["user"] == "anna")
    assert (row["description"], row["may"], row["state"]) == ("script", "read", "never expires")
    assert any("extras.job" in row["object types"] and row["users"] == "anna" for row in table(run, "permissions.csv"))
    for content in run.files.values():
        assert token.key.encode() not in content
        assert token.key[-6:].encode() not in content
    assert run.result["users"] == len(table(run, "users.csv"))


def test_who_may_run_which_job(run_job, make_user, superuser):
    make_user("anna", permissions={"extras.run_job": {"job_class_name": "HelloWorld"}})
    run = run_job(AccessAndSecretsReview)
    rows = {row["class path"].rsplit(".", 1)[-1]: row for row in table(run, "who-may-run.csv")}
    assert len(rows) == run.result["jobs"] == Job.objects.count()
    assert {row[superuser.username] for row in rows.values()} == {"superuser"}
    assert rows["HelloWorld"]["anna"]
    assert {name for name, row in rows.items() if row["anna"]} == {"HelloWorld"}
    assert "●" in run.files["review.html"].decode()


def test_tells_no_names_that_the_user_may_not_view(run_job, make_user):
    anna = make_user("anna", permissions={"extras.run_job": None})
    group = Group.objects.create(name="Engineers")
    anna.groups.add(group)
    hidden = ObjectPermission.objects.create(name="covert", actions=["run"])
    hidden.object_types.set([ContentType.objects.get_for_model(Job)])
    hidden.groups.set([group])
    Token.objects.create(user=anna, description="covert token")
    limited = dict.fromkeys(NEEDED)
    limited |= {
        "users.view_objectpermission": {"name": "nothing"},
        "auth.view_group": {"name": "nothing"},
        "users.view_token": {"description": "nothing"},
        "extras.view_job": {"job_class_name": "HelloWorld"},
    }
    run = run_job(AccessAndSecretsReview, user=make_user("auditor", permissions=limited))
    assert run.status == "SUCCESS"
    for content in run.files.values():
        assert b"covert" not in content
        assert b"Engineers" not in content
    (row,) = table(run, "who-may-run.csv")
    assert row["anna"] == "a permission that you may not view"


def test_inactive_users_on_demand(run_job, make_user, lab):
    lab.force(make_user("gone"), is_active=False)
    assert "gone" not in run_job(AccessAndSecretsReview).files["users.csv"].decode()
    assert "inactive user" in run_job(AccessAndSecretsReview, {"inactive_users": True}).files["users.csv"].decode()


def test_values_are_not_read_unless_asked(run_job, secret, monkeypatch):
    secret("one", "hunter2")
    monkeypatch.setattr(Secret, "get_value", lambda *_, **__: pytest.fail("read"))
    run = run_job(AccessAndSecretsReview)
    assert [row["probe"] for row in table(run, "secrets.csv")] == [""]
    assert run.result["unreadable"] is None


def test_probe(run_job, secret):
    secret("good", "hunter2")
    secret("missing")
    secret("alone", "hunter2", group=False)
    secret("of device", "hunter2", variable="SECRET_{{ obj.name }}")
    run = run_job(AccessAndSecretsReview, {"probe_secrets": True})
    found = {row["secret"]: row["probe"] for row in table(run, "secrets.csv")}
    assert found["good"] == found["alone"] == "can be read"
    assert found["missing"].startswith("cannot be read")
    assert found["of device"] == "depends on an object"
    assert run.result["unreadable"] == 1
    for content in run.files.values():
        assert b"hunter2" not in content
    assert "hunter2" not in str(run.messages())


def test_probe_reads_each_secret_once(secret, monkeypatch):
    one = secret("one", "hunter2")
    calls = []
    monkeypatch.setattr(Secret, "get_value", lambda self, **_: calls.append(self) or "")
    probe = Probe()
    assert [probe(one), probe(one)] == ["empty", "empty"]
    assert (len(calls), probe.failed) == (1, 1)


def test_what_uses_a_secrets_group(run_job, secret):
    secret("one")
    group = SecretsGroup.objects.get(name="group one")
    GitRepository.objects.bulk_create(
        [GitRepository(name="a", slug="a", remote_url="https://git.example.com/a", secrets_group=group)]
    )
    (row,) = table(run_job(AccessAndSecretsReview), "secrets.csv")
    assert row["used by"].lower() == "1 git repositories"


def test_cells_are_no_formulas(run_job, make_user):
    Token.objects.create(user=make_user("anna"), description="=1+1")
    assert "'=1+1" in run_job(AccessAndSecretsReview).files["tokens.csv"].decode()


@pytest.mark.parametrize("missing", NEEDED)
def test_user_without_permission(run_job, make_user, missing):
    run = run_job(AccessAndSecretsReview, user=make_user(permissions=dict.fromkeys(set(NEEDED) - {missing})))
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert missing in run.result["refused"]


def test_number_of_queries_is_constant(run_job, make_user, secret):
    def grow(start, number):
        for index in range(start, start + number):
            user = make_user(f"user {index}", permissions={"extras.run_job": {"name": str(index)}})
            Token.objects.create(user=user)
            secret(f"s{index}")

    grow(0, 5)
    run_job(AccessAndSecretsReview)  # the storage looks for another name where files of that name are there
    few = run_job(AccessAndSecretsReview).query_count
    grow(5, 20)
    assert run_job(AccessAndSecretsReview).query_count == few
