"""run(self, data, commit) takes the variables; commit becomes a dry run, the transaction explicit."""

import pytest
from migrating import EXAMPLE, after, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformation import CERTAIN, LIKELY
from nautobot_dev_tools.migrate.transformations.run_signature import RunSignature

HEAD = """\
from nautobot.apps.jobs import BooleanVar, IntegerVar, Job, ObjectVar, StringVar
from nautobot.dcim.models import Device, Site


class Example(Job):
    site = ObjectVar(model=Site)
    tag = StringVar(required=False)

"""
READS = "    def run(self, data, commit):\n"
BECOMES = "    def run(self, *, site, tag=None):\n"


def lines(text, indent=8):
    return "".join(f"{' ' * indent}{line}\n" if line else "\n" for line in text.split("\n"))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('return data["site"]', "return site"),
        ("return data['site'], data.get('tag')", "return site, tag"),
        ('site = data["site"]\nreturn site', "return site"),
        ('"""Doc."""\nsite = data["site"]  # the site\nreturn site.name', '"""Doc."""\n# the site\nreturn site.name'),
        ('where = data["site"]  # kept\nreturn where', "where = site  # kept\nreturn where"),
        ('site = str(data["site"])\nreturn site', "site = str(site)\nreturn site"),
        ("pass", "pass"),
        ('return [each for each in data["site"].x]', "return [each for each in site.x]"),
        ('def inner():\n    return data["tag"]\n\nreturn inner()', "def inner():\n    return tag\n\nreturn inner()"),
        ("return f\"{data['site']}\"", 'return f"{site}"'),
        # What is not told by names is told by the old mapping.
        ("return self.helper(data)", 'data = {"site": site, "tag": tag}\nreturn self.helper(data)'),
        (
            "for key, value in data.items():\n    print(key, value)",
            'data = {"site": site, "tag": tag}\nfor key, value in data.items():\n    print(key, value)',
        ),
        (
            'data["tag"] = "x"\nreturn data["tag"]',
            'data = {"site": site, "tag": tag}\ndata["tag"] = "x"\nreturn data["tag"]',
        ),
        ('key = "tag"\nreturn data[key]', 'data = {"site": site, "tag": tag}\nkey = "tag"\nreturn data[key]'),
        ('return data["other"]', 'data = {"site": site, "tag": tag}\nreturn data["other"]'),
        (
            'site = 1\nreturn site, data["site"]',
            'data = {"site": site, "tag": tag}\nsite = 1\nreturn site, data["site"]',
        ),
        (
            'return [site for site in x if site == data["site"]]',
            'data = {"site": site, "tag": tag}\nreturn [site for site in x if site == data["site"]]',
        ),
        (
            'for each in x:\n    tag = data["tag"] + each\n    print(tag)',
            'data = {"site": site, "tag": tag}\nfor each in x:\n    tag = data["tag"] + each\n    print(tag)',
        ),
        ('"""Doc."""\nreturn len(data)', '"""Doc."""\ndata = {"site": site, "tag": tag}\nreturn len(data)'),
    ],
)
def test_data(before, expected):
    assert_becomes(HEAD + READS + lines(before), HEAD + BECOMES + lines(expected), RunSignature())


def test_default_of_get_becomes_default_of_the_argument():
    before = HEAD + READS + lines('return data.get("tag", "x")')
    assert 'def run(self, *, site, tag="x"):\n        return tag\n' in after(before, RunSignature())


def test_defaults_of_variables():
    before = """
    from nautobot.apps.jobs import BooleanVar, IntegerVar, Job, StringVar

    class Example(Job):
        a = IntegerVar(default=3, required=False)
        b = BooleanVar()
        c = BooleanVar(default=True)
        d = StringVar(default="x", required=False)
        e = StringVar(default="y")

        def run(self, data, commit): return data["e"]
    """
    expected = 'def run(self, *, e, a=3, b=False, c=True, d="x"): return e'
    assert expected in after(before, RunSignature())


def test_inherited_variables_and_annotations():
    done = migrated(
        {
            "jobs/base.py": "from nautobot.apps.jobs import Job, StringVar\n\n\nclass Base(Job):\n    one = StringVar()\n",
            EXAMPLE: """
            from nautobot.apps.jobs import StringVar
            from .base import Base

            class Example(Base):
                two = StringVar()

                def run(self, data: dict, commit: bool) -> str:
                    return data["one"] + data["two"]
            """,
        },
        RunSignature(),
    )
    assert "def run(self, *, one, two) -> str:\n        return one + two\n" in done.outcomes[EXAMPLE].after


def test_long_signature_takes_a_line_for_each():
    names = [f"a_variable_with_a_long_name_{number}" for number in range(5)]
    variables = "".join(f"    {name} = StringVar()\n" for name in names)
    before = (
        f"from nautobot.apps.jobs import Job, StringVar\n\n\nclass Example(Job):\n{variables}\n{READS}        pass\n"
    )
    expected = (
        "    def run(\n        self,\n        *,\n" + "".join(f"        {name},\n" for name in names) + "    ):\n"
    )
    assert expected in after(before, RunSignature())


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (
            "class Example(Job):\n    id = StringVar()\n\n    def run(self, data, commit):\n        return id(data)\n",
            "id means",
        ),
        ("class Example(Other):\n    a = StringVar()\n\n    def run(self, data, commit):\n        return data\n", ""),
    ],
)
def test_data_as_keywords(code, why):
    text = "from elsewhere import Other as Base\nfrom nautobot.apps.jobs import Job, StringVar\n\n\nclass Other(Base, Job):\n    pass\n\n\n"
    done = migrated(text + code, RunSignature())
    outcome = done.outcomes[EXAMPLE]
    assert "def run(self, **data):" in outcome.after
    assert [each.confidence for each in outcome.changes] == [LIKELY]
    assert why in outcome.changes[0].message


def test_base_whose_heirs_have_other_variables_takes_keywords():
    before = """
    from nautobot.apps.jobs import Job, StringVar

    class Base(Job):
        def run(self, data, commit):
            self.work(data)

    class Example(Base):
        a = StringVar()
    """
    assert "    def run(self, **data):\n        self.work(data)\n" in after(before, RunSignature())


WRITES = """\
from django.db import transaction
from nautobot.apps.jobs import DryRunVar, Job, StringVar
from nautobot.dcim.models import Site


class Example(Job):
    tag = StringVar()
    dryrun = DryRunVar(description="Roll back all changes at the end")

    @transaction.atomic
    def run(self, *, tag, dryrun=False):
"""
WROTE = """\
from nautobot.apps.jobs import Job, StringVar
from nautobot.dcim.models import Site


class Example(Job):
    tag = StringVar()

    def run(self, data, commit):
"""
END = "if dryrun:\n    transaction.set_rollback(True)"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('Site.objects.create(name=data["tag"])', f"Site.objects.create(name=tag)\n{END}"),
        (
            "site = Site(name='x')\nif commit:\n    site.validated_save()",
            f"site = Site(name='x')\nif not dryrun:\n    site.validated_save()\n{END}",
        ),
        (
            "if not commit:\n    return\nSite.objects.create()",
            f"if dryrun:\n    {END.replace(chr(10), chr(10) + '    ')}\n    return\nSite.objects.create()\n{END}",
        ),
        ("Site.objects.create()\nreturn 'done'", f"Site.objects.create()\n{END}\nreturn 'done'"),
        (
            "Site.objects.create()\nreturn self.count()",
            f"Site.objects.create()\nresult = self.count()\n{END}\nreturn result",
        ),
        ("self.work(commit=commit)", f"self.work(commit=not dryrun)\n{END}"),
        ("print(commit == True)", f"print((not dryrun) == True)\n{END}"),
        (
            "commit = commit and True\nprint(commit)",
            f"commit = not dryrun\ncommit = commit and True\nprint(commit)\n{END}",
        ),
    ],
)
def test_commit(before, expected):
    assert_becomes(WROTE + lines(before), WRITES + lines(expected), RunSignature())


def test_return_after_a_colon_gets_a_block():
    text = after(WROTE + lines("Site.objects.create()\nif x: return\nprint(1)"), RunSignature())
    assert (
        "        if x:\n            if dryrun:\n                transaction.set_rollback(True)\n            return\n"
        in text
    )


def test_read_only_rolls_back_always():
    before = WROTE.replace("    tag", "    class Meta:\n        read_only = True\n\n    tag") + lines(
        "Site.objects.create()"
    )
    text = after(before, RunSignature())
    assert (
        "@transaction.atomic\n    def run(self, *, tag):\n        Site.objects.create()\n        transaction.set_rollback(True)\n"
        in text
    )
    assert "dryrun" not in text


def test_what_it_does_not_write_needs_no_dry_run():
    text = after(WROTE + lines("return Site.objects.count()"), RunSignature())
    assert "dryrun" not in text
    assert "transaction" not in text


def test_own_dryrun_is_left_to_a_person():
    before = WROTE.replace("tag = StringVar()", "dryrun = StringVar()") + lines("if commit:\n    Site.objects.create()")
    done = migrated(before, RunSignature())
    assert [each.reason for each in done.outcomes[EXAMPLE].todos] == [
        "commit is gone, and dryrun is a variable of this Job already: decide what to do where it is used"
    ]


def test_own_dryrun_may_not_roll_back():
    before = WROTE.replace("tag = StringVar()", "dryrun = BooleanVar()") + lines("Site.objects.create()")
    done = migrated(before.replace("import Job", "import BooleanVar, Job"), RunSignature())
    assert "def run(self, *, dryrun=False):\n        Site" in done.outcomes[EXAMPLE].after
    assert "see whether the variable dryrun does" in done.outcomes[EXAMPLE].todos[0].reason


def test_abstract_base_class_of_python_says_nothing_of_variables():
    before = """
    import abc
    from nautobot.apps.jobs import Job, StringVar

    class Example(Job, abc.ABC):
        a = StringVar()
        def run(self, data, commit):
            return data["a"]
    """
    assert "def run(self, *, a):\n        return a\n" in after(before, RunSignature())


def test_return_from_an_inner_transaction_is_left_to_a_person():
    before = WROTE.replace("\n\n\n", "\nfrom django.db import transaction\n\n\n") + lines(
        "with transaction.atomic():\n    Site.objects.create()\n    return 1"
    )
    done = migrated(before, RunSignature())
    assert "returns from within a block" in done.outcomes[EXAMPLE].todos[0].reason
    assert "set_rollback" not in done.outcomes[EXAMPLE].after


def test_super_run_gets_the_variables_of_its_class():
    before = """
    from nautobot.apps.jobs import Job, StringVar

    class Base(Job):
        a = StringVar()
        def run(self, data, commit):
            return data["a"]

    class Example(Base):
        b = StringVar()
        def run(self, data, commit):
            return super().run(data, commit) + data["b"]
    """
    text = after(before, RunSignature())
    assert "def run(self, *, a):\n        return a\n" in text
    assert "def run(self, *, a, b):\n        return super().run(a=a) + b\n" in text


def test_comments_among_the_parameters_stay():
    before = (
        HEAD + "    def run(\n        self,\n        data,  # what was chosen\n        commit,\n    ):\n        pass\n"
    )
    assert f"    # what was chosen\n{BECOMES}        pass\n" in after(before, RunSignature())


def test_certain_where_nothing_is_guessed():
    done = migrated(HEAD + READS + lines('return data["site"]'), RunSignature())
    assert [each.confidence for each in done.outcomes[EXAMPLE].changes] == [CERTAIN]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "class Example(Job):\n    def run(self, data, commit, *args):\n        pass\n",
            "takes more than data and commit",
        ),
        (
            "from corporate import CorporateJob\nclass Example(CorporateJob):\n    def run(self, data, commit):\n        pass\n",
            "its bases are not here",
        ),
        ("class Example(JobHookReceiver):\n    def run(self, data, commit):\n        pass\n", "a receiver's run()"),
    ],
)
def test_left_to_a_person(code, reason):
    done = migrated("from nautobot.apps.jobs import Job, JobHookReceiver\n" + code, RunSignature())
    outcome = done.outcomes[EXAMPLE]
    assert reason in outcome.todos[0].reason
    assert "TODO(migrate)" in outcome.after
    assert "def run(self, data, commit" in outcome.after


@pytest.mark.parametrize(
    "code",
    [
        "class Example(Job):\n    def run(self, *, data):\n        return data\n",
        "class Example(Job):\n    data = StringVar()\n\n    def run(self, data):\n        return data['x']\n",
        "class Example(Job):\n    def run(self, **data):\n        return data['x']\n",
        "class Example(Job):\n    def run(self, *args, **kwargs):\n        return kwargs['data']\n",
        "class Example:\n    def run(self, data, commit):\n        return data['x']\n",
        "def run(self, data, commit):\n    return data['x']\n",
        "class Example(Job):\n    def process(self, data, commit):\n        return data['x']\n",
        "class Example(Job):\n    site = StringVar()\n\n    def run(self, site, commit=True):\n        return site\n",
        "class Example(Job):\n    def run(self):\n        data = {}\n        return data['x']\n",
    ],
)
def test_stays(code):
    assert_untouched(f"from nautobot.apps.jobs import Job, StringVar\n\n\n{code}", RunSignature())
