"""Who may do something to which object, for all users at once, as Nautobot decides it for one."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from nautobot.extras.models import Job, Tag
from nautobot.users.models import ObjectPermission

from jobs.toolkit.grants import Grants


@pytest.fixture
def permit(db):
    def run(name, *, actions=("run",), model=Job, users=(), groups=(), **values):
        permission = ObjectPermission.objects.create(name=name, actions=list(actions), **values)
        permission.object_types.set([ContentType.objects.get_for_model(model)])
        permission.users.set(users)
        permission.groups.set(groups)
        return permission

    return run


@pytest.fixture
def people(make_user):
    """Anna, and Ben of the group Engineers."""
    anna, ben = make_user("anna"), make_user("ben")
    group = Group.objects.create(name="Engineers")
    ben.groups.add(group)
    return anna, ben, group


@pytest.fixture
def agrees(superuser):
    """A function that compares with what `.restrict` says, user by user and Job by Job."""

    def run(*users):
        grants = Grants(Job.objects.all(), "run")
        for user in (*users, superuser):
            fresh = type(user).objects.get(pk=user.pk)
            allowed = set(Job.objects.restrict(fresh, "run").values_list("pk", flat=True))
            told = {pk for pk in Job.objects.values_list("pk", flat=True) if grants.allowed(user.pk, pk)}
            assert told == allowed
        return grants

    return run


def names(grants, user, key):
    return [str(source) for source in grants.by_user(key).get(user.pk, ())]


def test_agrees_with_nautobot(permit, people, agrees):
    anna, ben, group = people
    grouping = Job.objects.values_list("grouping", flat=True).order_by("grouping").first()
    permit("all audits", users=[anna], constraints={"grouping": grouping})
    permit("two", users=[anna], constraints=[{"name": "a"}, {"job_class_name": "HelloWorld"}])
    permit("everything", groups=[group])
    permit("not run", users=[anna], actions=["view"])
    permit("off", users=[anna], enabled=False)
    permit("of others", users=[anna], model=Tag)
    grants = agrees(anna, ben)
    key = Job.objects.get(job_class_name="HelloWorld").pk
    assert names(grants, anna, key)[-1] == "two"
    assert names(grants, ben, key) == ["everything (group Engineers)"]


def test_constraints_that_name_the_user(permit, people, agrees, lab, superuser):
    anna, ben, _ = people
    permit("own", users=[anna, ben], constraints={"scheduled_jobs__user": "$user"})
    job = Job.objects.get(job_class_name="HelloWorld")
    from django.utils import timezone
    from nautobot.extras.models import ScheduledJob

    ScheduledJob.objects.create(
        name="one", task=job.class_path, job_model=job, interval="daily", start_time=timezone.now(), user=anna
    )
    grants = agrees(anna, ben)
    assert set(grants.by_user(job.pk)) == {anna.pk}


def test_inactive_users_may_nothing(permit, people, lab, superuser):
    anna, ben, group = people
    permit("everything", users=[anna], groups=[group])
    for user in (anna, ben, superuser):
        lab.force(user, is_active=False)
    grants = Grants(Job.objects.all(), "run")
    assert (grants.superusers, grants.by_user(Job.objects.first().pk)) == (set(), {})


def test_constraints_that_cannot_be_asked(permit, people, superuser):
    anna, _, _ = people
    permit("broken", users=[anna], constraints={"no_such_field": 1})
    grants = Grants(Job.objects.all(), "run")
    assert list(grants.broken) == ["broken"]
    assert not grants.allowed(anna.pk, Job.objects.first().pk)


def test_number_of_queries_is_constant(permit, make_user, superuser, django_assert_num_queries):
    ContentType.objects.get_for_model(Job)
    for number in (2, 10):
        for index in range(number):
            user = make_user(f"user {number} {index}")
            permit(f"p {number} {index}", users=[user], constraints={"name": str(index)})
        with django_assert_num_queries(5):
            Grants(Job.objects.all(), "run")
