"""Versions and packages that a repository asks for."""

import pytest
from nautobot_dev_tools.diff.needs import ends
from packaging.version import Version

BREAKING, RISKY, BENIGN = "breaking", "risky", "benign"


def project(dependencies="", **rest):
    lines = [
        f"dependencies = [{dependencies}]",
        *(f'{name.replace("_", "-")} = "{value}"' for name, value in rest.items()),
    ]
    return {"pyproject.toml": '[project]\nname = "x"\n' + "\n".join(lines) + "\n"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('"nautobot>=2.4"', '"nautobot>=3.0"', [(BREAKING, "nautobot-raised")]),
        ('"nautobot"', '"nautobot>=3.0"', [(BREAKING, "nautobot-raised")]),
        ('"nautobot>=2.4,<4"', '"nautobot>=2.4,<3.2"', [(BREAKING, "nautobot-limited")]),
        ('"nautobot>=3.0"', '"nautobot>=2.4"', [(BENIGN, "nautobot-range")]),
        ('"nautobot>=2.4,<4"', '"nautobot>=2.4,<5"', [(BENIGN, "nautobot-range")]),
        ('"nautobot>=2.4,<4"', '"nautobot<4,>=2.4"', []),
        ("", '"nautobot>=2.4"', [(BENIGN, "nautobot-range")]),
        ("", '"netmiko"', [(RISKY, "dependency-added")]),
        ('"netmiko"', '"Netmiko>=4"', [(BENIGN, "dependency-changed")]),
        ('"netmiko"', "", [(BENIGN, "dependency-removed")]),
    ],
)
def test_dependencies(repository, before, after, expected):
    changes = repository.changes(project(before), project(after))
    assert [(change.severity, change.kind) for change in changes] == expected


def test_python(repository):
    (change,) = repository.changes(project(requires_python=">=3.9"), project(requires_python=">=3.10"))
    assert (change.severity, change.id) == (BREAKING, "python-raised:requires-python")


def test_poetry(repository):
    def text(version):
        return {"pyproject.toml": f'[tool.poetry.dependencies]\npython = "^3.9"\nnautobot = "{version}"\n'}

    (change,) = repository.changes(text("^2.0"), text("^2.4.1"))
    assert (change.severity, change.kind) == (BREAKING, "nautobot-raised")
    assert "`>=2.0` → `>=2.4.1`" in change.what


def test_requirements(repository):
    before = "# what we need\n-r other.txt\nnautobot==2.4.44\nnetmiko==4.1 --hash=sha256:00\n"
    after = before.replace("2.4.44", "3.0.1") + "napalm\n"

    changes = repository.changes({"requirements.txt": before}, {"requirements.txt": after})

    assert [(change.severity, change.id) for change in changes] == [
        (BREAKING, "nautobot-raised:pyproject.toml"),
        (RISKY, "dependency-added:napalm"),
    ]


def test_the_versions_that_are_supported(repository):
    def text(versions):
        return {"pyproject.toml": f"[tool.nautobot-jobs]\nnautobot = {versions}\n"}

    changes = repository.changes(text(["2.4.35", "3.0.0"]), text(["3.0.0", "3.2.7"]))
    assert [(change.severity, change.id) for change in changes] == [(BREAKING, "nautobot-raised:supported")]


def test_the_config_of_an_app(repository):
    def text(minimum):
        return {
            "my_app/__init__.py": "from nautobot.apps import NautobotAppConfig\n"
            f'class MyConfig(NautobotAppConfig):\n    min_version = "{minimum}"\n    max_version = "3.99"\nconfig = MyConfig\n'
        }

    # What an App of the tests accepts is of no interest.
    of_tests = {"tests/apps/__init__.py": text("1.0")["my_app/__init__.py"]}
    changes = repository.changes(text("2.4.0"), text("3.0.0") | of_tests)
    assert [(change.severity, change.id) for change in changes] == [(BREAKING, "nautobot-raised:app-config")]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("register_jobs(Example)", 'register_jobs(*since("3.1", Example))', [(BREAKING, "nautobot-raised")]),
        (
            'register_jobs(*since("3.0", Example))',
            'register_jobs(*since("3.1", Example))',
            [(BREAKING, "nautobot-raised")],
        ),
        (
            'register_jobs(*since("3.10", Example))',
            'register_jobs(*since("3.9", Example))',
            [(BENIGN, "nautobot-lowered")],
        ),
        ('register_jobs(*since("3.0", Example))', "register_jobs(Example)", [(BENIGN, "nautobot-lowered")]),
    ],
)
def test_the_nautobot_of_a_job(repository, job, before, after, expected):
    head = "from nautobot.apps.jobs import register_jobs\nfrom .compat import since\nfrom .example import Example\n"
    files = job() | {"jobs/compat.py": "def since(minimum, *jobs):\n    return jobs\n"}

    changes = repository.changes(
        files | {"jobs/__init__.py": f"{head}{before}\n"}, {"jobs/__init__.py": f"{head}{after}\n"}
    )

    assert [(change.severity, change.kind) for change in changes] == expected
    assert changes[0].job == "jobs.example.Example"


@pytest.mark.parametrize(
    "text",
    [
        "[project",
        '[project]\ndependencies = "x"\n',
        "project = 1\ntool = 2\n",
        "",
        '[project]\ndependencies = ["x @"]\n',
    ],
)
def test_odd_projects(repository, text):
    assert repository.changes({"pyproject.toml": text}, {"jobs/__init__.py": ""}) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">=2.4,<4", ("2.4", "4")),
        ("~=2.4.1", ("2.4.1", None)),
        ("==3.*", ("3", "3")),
        ("", (None, None)),
        ("nonsense", (None, None)),
        ("!=3.0", (None, None)),
    ],
)
def test_ends_of_a_range(text, expected):
    assert ends(text) == tuple(each and Version(each) for each in expected)
