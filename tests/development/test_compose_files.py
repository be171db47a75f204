"""The containers as they are declared: what every service must have, and what the image is made of."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "development"
DATABASES = ("postgres", "mysql")


def _merged(database: str) -> dict:
    """The services as Compose merges them: mappings by key, lists one after the other, the rest by the last file."""
    services: dict = {}
    for part in ("base", database, "redis", "dev"):
        _merge(services, yaml.safe_load((FOLDER / f"docker-compose.{part}.yml").read_text())["services"])
    return services


def _merge(into: dict, more: dict) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            into[key] = into[key] + value
        else:
            into[key] = value.copy() if isinstance(value, (dict, list)) else value


@pytest.fixture(params=DATABASES)
def services(request) -> dict:
    return _merged(request.param)


def test_the_services(services):
    assert set(services) == {"nautobot", "worker", "beat", "db", "redis", "git"}
    own = [services[name] for name in ("nautobot", "worker", "beat", "git")]
    assert len({each["image"] for each in own}) == 1
    assert all(each["build"] == own[0]["build"] for each in own)


def test_every_service_has_a_health_check(services):
    for name, service in services.items():
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name
        assert {"interval", "timeout", "retries"} <= set(service["healthcheck"]), name


def test_nothing_is_privileged_and_no_port_is_open_to_others(services):
    for name, service in services.items():
        assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & set(service), name
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), name
        for volume in service.get("volumes", []):
            source, _, _ = volume.partition(":")
            assert not source.startswith((".", "$")) or volume.endswith(":ro"), volume
    assert [name for name, service in services.items() if "ports" in service] == ["nautobot"]


def test_who_waits_for_whom(services):
    waits = {name: set(service.get("depends_on", {})) for name, service in services.items()}

    assert waits["nautobot"] == {"db", "redis", "git"}
    assert waits["worker"] == waits["beat"] == {"nautobot"}
    conditions = {each["condition"] for service in services.values() for each in service.get("depends_on", {}).values()}
    assert conditions == {"service_healthy"}


def test_only_the_web_server_migrates_and_makes_the_administrator(services):
    for name in ("worker", "beat"):
        assert services[name]["environment"]["NAUTOBOT_DOCKER_SKIP_INIT"] == "true"
        assert services[name]["environment"]["NAUTOBOT_CREATE_SUPERUSER"] == "false"
    assert "NAUTOBOT_DOCKER_SKIP_INIT" not in services["nautobot"]["environment"]


@pytest.mark.parametrize("database", DATABASES)
def test_all_of_nautobot_uses_the_same_database(database):
    services = _merged(database)
    engines = {services[name]["environment"]["NAUTOBOT_DB_ENGINE"] for name in ("nautobot", "worker", "beat")}

    assert engines == {f"django.db.backends.{'postgresql' if database == 'postgres' else 'mysql'}"}


def test_nothing_but_credentials_is_secret_and_they_stay_out_of_git():
    assert not re.search(r"(PASSWORD|SECRET|TOKEN)\w*=", (FOLDER / "development.env").read_text())
    assert "/development/creds.env" in (ROOT / ".gitignore").read_text().splitlines()
    values = re.findall(r"^\w+=(.*)$", (FOLDER / "creds.example.env").read_text(), re.M)
    assert values
    assert all(re.fullmatch(r"(<[\w-]+>)+", value) for value in values)


def test_the_image_is_made_of_what_the_context_holds():
    copied = re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", (FOLDER / "Dockerfile").read_text(), re.M)
    sources = {source for line in copied for source in line.split()}
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert sources == let_in
    assert all((ROOT / source).exists() for source in sources)


@pytest.fixture
def extras():
    spec = importlib.util.spec_from_file_location("extras", FOLDER / "extras" / "extras.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("pyproject", "expected"),
    [
        ('[project]\nname = "x"\n', []),
        ("[tool.other]\n", []),
        (
            '[project.optional-dependencies]\nb = ["netmiko>=4.4", "ttp"]\na = ["ttp", "x ; python_version < \'3.11\'"]\n',
            ["netmiko>=4.4", "ttp", "x ; python_version < '3.11'"],
        ),
    ],
)
def test_extras(extras, pyproject, expected, tmp_path):
    assert extras.requirements(pyproject, tmp_path) == expected


def test_an_extra_of_this_repository_is_installed_from_it(extras, tmp_path):
    """It need not be published, and the image has the version that belongs to the Jobs."""
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "pyproject.toml").touch()
    pyproject = '[project.optional-dependencies]\na = ["tool>=1", "other"]\n'
    assert extras.requirements(pyproject, tmp_path) == ["other", str(tmp_path / "tool")]
    own = [path.parent.name for path in (ROOT / "tools").glob("*/pyproject.toml")]
    assert own == ["nautobot-dev-tools"]
    assert f"COPY tools/{own[0]}/src /tmp/extras/{own[0]}/src/" in (FOLDER / "Dockerfile").read_text()
