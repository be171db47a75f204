"""What has become of variables, and how bad that is."""

import pytest

BREAKING, RISKY, BENIGN = "breaking", "risky", "benign"
CODE = [(BENIGN, "code")]  # written otherwise, and the same


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # Gone, renamed, new
        ("who = StringVar()", "", [(BREAKING, "variable-removed")]),
        (
            "who = StringVar()",
            "count = IntegerVar()",
            [(BREAKING, "variable-required"), (BREAKING, "variable-removed")],
        ),
        ("site = ObjectVar(model=Location)", "sites = ObjectVar(model=Location)", [(BREAKING, "variable-renamed")]),
        (
            "who = StringVar(description='Whom to greet')",
            "person = StringVar(description='Whom to greet')",
            [(BREAKING, "variable-renamed")],
        ),
        ("", "who = StringVar()", [(BREAKING, "variable-required")]),
        ("", "who = StringVar(default='x')", [(BREAKING, "variable-required")]),
        ("", "who = StringVar(required=False)", [(BENIGN, "variable-added")]),
        ("", "loud = BooleanVar()", [(BENIGN, "variable-added")]),
        # Required
        ("who = StringVar(required=False)", "who = StringVar()", [(BREAKING, "variable-required")]),
        ("who = StringVar()", "who = StringVar(required=False)", [(BENIGN, "variable-optional")]),
        ("who = StringVar(required=True)", "who = StringVar()", CODE),
        # Types
        ("who = StringVar()", "who = IntegerVar()", [(BREAKING, "variable-type")]),
        ("site = ObjectVar(model=Location)", "site = MultiObjectVar(model=Location)", [(BREAKING, "variable-type")]),
        ("site = ObjectVar(model=Location)", "site = ObjectVar(model=Rack)", [(BREAKING, "variable-type")]),
        ("site = ObjectVar(model=Location)", "site = ObjectVar(Location)", CODE),
        ("who = TextVar()", "who = StringVar()", [(BREAKING, "variable-type")]),
        ("who = StringVar()", "who = TextVar()", [(BENIGN, "variable-type")]),
        ("who = ChoiceVar(choices=('a',))", "who = StringVar()", [(BENIGN, "variable-type")]),
        ("dryrun = BooleanVar()", "dryrun = DryRunVar()", [(BENIGN, "variable-type")]),
        ("dryrun = DryRunVar()", "dryrun = BooleanVar()", [(RISKY, "variable-type")]),
        # Limits
        ("n = IntegerVar()", "n = IntegerVar(max_value=9)", [(BREAKING, "variable-narrowed")]),
        ("n = IntegerVar(max_value=9)", "n = IntegerVar(max_value=8)", [(BREAKING, "variable-narrowed")]),
        ("n = IntegerVar(max_value=9)", "n = IntegerVar(max_value=10)", [(BENIGN, "variable-widened")]),
        ("n = IntegerVar(max_value=9)", "n = IntegerVar()", [(BENIGN, "variable-widened")]),
        ("n = IntegerVar(min_value=0)", "n = IntegerVar()", CODE),
        ("n = IPNetworkVar()", "n = IPNetworkVar(max_prefix_length=0)", [(BREAKING, "variable-narrowed")]),
        ("n = IntegerVar(min_value=1)", "n = IntegerVar(min_value=2)", [(BREAKING, "variable-narrowed")]),
        ("n = IntegerVar(min_value=2)", "n = IntegerVar(1)", [(BENIGN, "variable-widened")]),
        ("s = StringVar(regex='a')", "s = StringVar(regex='b')", [(BREAKING, "variable-narrowed")]),
        ("s = StringVar(regex='a')", "s = StringVar()", [(BENIGN, "variable-widened")]),
        ("s = StringVar(max_length=a())", "s = StringVar(max_length=b())", [(RISKY, "not-readable")]),
        ("p = IPNetworkVar()", "p = IPNetworkVar(min_prefix_length=8)", [(BREAKING, "variable-narrowed")]),
        # Defaults and texts
        ("n = IntegerVar(default=1)", "n = IntegerVar(default=2)", [(BENIGN, "default-changed")]),
        ("dry_run = BooleanVar(default=True)", "dry_run = BooleanVar()", [(RISKY, "dryrun-default")]),
        ("n = IntegerVar(label='a')", "n = IntegerVar(label='b', description='c')", [(BENIGN, "form-text")]),
        ("a = StringVar()\nb = StringVar()", "b = StringVar()\na = StringVar()", [(BENIGN, "form-order")]),
        ("x = StringVar(**a)", "x = StringVar(**b)", [(RISKY, "not-readable")]),
        ("n = IntegerVar()", "n = IntegerVar(  )  # the same", []),
    ],
)
def test_variables(between, before, after, expected):
    assert between(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("('a', 'b')", "('a',)", [(BREAKING, "choices-narrowed")]),
        ("('a',)", "('a', 'b')", [(BENIGN, "choices-added")]),
        ("('a', 'b')", "('a', 'c')", [(BREAKING, "choices-narrowed"), (BENIGN, "choices-added")]),
        ("(('a', 'A'), ('b', 'B'))", "[('b', 'B'), ('a', 'Ah')]", [(BENIGN, "form-text")]),
        ("(('x', (('a', 'A'), ('b', 'B'))),)", "(('a', 'A'),)", [(BREAKING, "choices-narrowed")]),
        ("('a', 'b')", "('a',) + ('b',)", CODE),
        ("tuple(KNOWN.items())", "(('a', 1), ('b', 2))", CODE),
        ("tuple(KNOWN.items())", "(('a', 1),)", [(BREAKING, "choices-narrowed")]),
        ("[(name, name.title()) for name in KNOWN]", "(('a', 'A'),)", [(BREAKING, "choices-narrowed")]),
        ("[(name, number) for name, number in KNOWN.items()]", "(('a', 1), ('b', 2))", CODE),
        ("computed()", "computed()", []),
        ("computed()", "other()", [(RISKY, "not-readable")]),
        ("('a', computed())", "('a',)", [(RISKY, "not-readable")]),
    ],
)
def test_choices(repository, job, before, after, expected):
    def files(choices):
        one = job(f"v = ChoiceVar(choices={choices})")
        return one | {"jobs/example.py": one["jobs/example.py"].replace("class", "KNOWN = {'a': 1, 'b': 2}\nclass", 1)}

    found = [(change.severity, change.kind) for change in repository.changes(files(before), files(after))]
    assert found == expected


def test_choices_that_are_computed_from_what_changed(repository, job):
    files = job("v = ChoiceVar(choices=made(TABLE))")
    files["jobs/example.py"] += "\nfrom .tables import TABLE\n"

    (change,) = repository.changes(files | {"jobs/tables.py": "TABLE = [1, 2]\n"}, {"jobs/tables.py": "TABLE = [1]\n"})

    assert (change.severity, change.kind, change.subject) == (RISKY, "not-readable", "jobs.example.Example.v")


def test_choices_that_a_function_makes(repository, job):
    def files(names):
        own = job(f"v = pick({names})")
        made = "def pick(names):\n    return ChoiceVar(choices=[(name, name) for name in names])\n\n\nclass"
        return own | {"jobs/example.py": own["jobs/example.py"].replace("class", made, 1)}

    (change,) = repository.changes(files("('a', 'b')"), files("('a',)"))
    assert (change.severity, change.kind) == (RISKY, "not-readable")


def test_of_classes_that_choices_are_computed_from_only_the_attributes_count(repository, job):
    files = job("v = MultiChoiceVar(choices=made(CHECKS))")
    files["jobs/example.py"] += "\nfrom .checks import CHECKS\n"
    checks = "class One:\n    id = 'ONE'\n    def find(self):\n        return 1\nCHECKS = [One]\n"

    assert (
        repository.changes(
            files | {"jobs/checks.py": checks}, {"jobs/checks.py": checks.replace("return 1", "return 2")}
        )
        == []
    )
    (change,) = repository.changes({}, {"jobs/checks.py": checks.replace("ONE", "TWO")})
    assert change.kind == "not-readable"


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("def run(self, a, b=None): pass", []),
        ("def run(self, *, a, b=None): pass", []),
        ("def run(self, **data): pass", []),
        ("def run(self, a, b): pass", [(BREAKING, "argument-required")]),
        ("def run(self, *, a, b): pass", [(BREAKING, "argument-required")]),
        ("def run(self, *, a): pass", [(BREAKING, "argument-required")]),
    ],
)
def test_a_new_variable_and_the_signature(repository, job, run, expected):
    before = job("a = StringVar()", run="def run(self, *, a): pass")
    after = job("a = StringVar()\nb = StringVar(required=False)", run=run)

    found = [(change.severity, change.kind) for change in repository.changes(before, after)]
    assert found == (expected or [(BENIGN, "variable-added")])


def test_what_is_inherited_from_a_mixin_changes_each_job(repository, job):
    files = job("class Meta:\n    name = 'x'", base="Mixin, Job")
    files["jobs/example.py"] = files["jobs/example.py"].replace("class", "from .mixin import Mixin\nclass", 1)
    mixin = "from nautobot.apps.jobs import StringVar\nclass Mixin:\n    who = StringVar()\n"

    (change,) = repository.changes(files | {"jobs/mixin.py": mixin}, {"jobs/mixin.py": "class Mixin:\n    pass\n"})

    assert change.id == "variable-removed:jobs.example.Example.who"
    assert change.place == ("jobs/mixin.py", 3)


def test_a_class_of_variables_of_ones_own_that_moved_is_the_same(repository, job):
    def files(home):
        own = job("x = Special(description='d')")
        own["jobs/example.py"] = own["jobs/example.py"].replace("class", f"from .{home} import Special\nclass", 1)
        return own | {
            f"jobs/{home}.py": "from nautobot.apps.jobs import StringVar\nclass Special(StringVar):\n    pass\n"
        }

    assert repository.changes(files("one"), files("other")) == []


def test_what_is_said_of_a_renamed_variable(repository, job):
    (change,) = repository.changes(
        job("site = ObjectVar(model=Location)", run="def run(self, *, site): pass"),
        job("sites = ObjectVar(model=Location)", run="def run(self, *, sites): pass"),
    )

    assert change.id == "variable-renamed:jobs.example.Example.site"
    assert (change.job, change.variable) == ("jobs.example.Example", "site")
    assert "TypeError" in change.then
    assert "Keep the old name" in change.then
