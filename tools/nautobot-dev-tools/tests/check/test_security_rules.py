"""JOB6xx: secrets, code and programs that text runs, certificates, YAML."""

import pytest
from nautobot_dev_tools.check.config import Config
from nautobot_dev_tools.check.engine import check_folder
from nautobot_dev_tools.check.secrets import looks_secret, may_be_secret, names_a_secret

from .marked import assert_marked


@pytest.mark.parametrize(
    "name",
    ["password", "enable_password", "API_TOKEN", "apiKey", "api_key", "private_key", "x.secret", "sshPassphrase"],
)
def test_names_of_secrets(name):
    assert names_a_secret(name)


@pytest.mark.parametrize(
    "name",
    ["password_length", "token_type", "secrets_group", "secret_id", "key", "tokens", "passwords", "keyboard", "", "_"],
)
def test_names_of_other_things(name):
    assert not names_a_secret(name)


@pytest.mark.parametrize("text", ["Ciao2024!", "hunter22", "0123456789abcdef", "s3cr3t", "correct-horse"])
def test_texts_that_may_be_secret(text):
    assert may_be_secret("password", text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "password", "The password of the device.", "{password}", "<token>", "$TOKEN", "%s", "api_token"),
        *(
            "NAUTOBOT_TOKEN",
            "jobs.secrets.Vault",
            "/run/secrets/x",
            "https://example.com/token",
            "****",
            "xxxxx",
            "text",
        ),
    ],
)
def test_texts_that_are_no_secret(text):
    assert not may_be_secret("password", text)


def test_tokens_have_digits():
    assert may_be_secret("API_TOKEN", "abcdef0123456789")
    assert not may_be_secret("CSRF_TOKEN", "csrfmiddlewaretoken")
    assert not may_be_secret("credentials", "lab")


def test_looks_of_secrets():
    assert looks_secret("-----BEGIN OPENSSH PRIVATE KEY-----\nabc")
    assert looks_secret("Token 0123456789abcdef0123456789abcdef01234567")
    assert looks_secret("ghp_" + "a1" * 18)
    assert looks_secret("https://netops:hunter22@git.example.com/x")
    assert not looks_secret("Token of the device in question")
    assert not looks_secret("Bearer authentication")
    assert not looks_secret("https://git.example.com/x:y@z")
    assert not looks_secret("https://{user}:{password}@git.example.com")
    assert not looks_secret("-----BEGIN CERTIFICATE-----")


def test_variables():
    assert_marked(
        "JOB601",
        """
from nautobot.apps.jobs import BooleanVar, Job, ObjectVar, StringVar, TextVar
from nautobot.extras.models import Secret, SecretsGroup

password = StringVar()


class Base(Job):
    api_token = StringVar(description="x")  # <-


class Example(Base):
    password = StringVar(description="x")  # <-
    private_key = TextVar(description="x")  # <-
    password_length = StringVar(description="x")
    secret = ObjectVar(model=Secret, description="x")
    show_password = BooleanVar(description="x")
    token_name = StringVar(description="x")


class Other(Base):
    pass


class Form:
    password = StringVar()
""",
    )


def test_literals():
    assert_marked(
        "JOB602",
        {
            "jobs/example.py": '''
"""Token 0123456789abcdef0123456789abcdef01234567"""

import os

PASSWORD = "hunter22"  # <-
TOKEN: str = "0123456789abcdef"  # <-
TYPE_PASSWORD = "password"
TOKEN_HEADER = "x-auth-token"
SECRET = os.environ["NETBOX_SECRET"]
API_TOKEN = "API_TOKEN_OF_NETBOX"
EMPTY_PASSWORD = ""
HEADERS = {"Authorization": "Token 0123456789abcdef0123456789abcdef01234567"}  # <-
SETTINGS = {"username": "admin", "password": "hunter22", "secret": None}  # <-
LABELS = {"password": "Password of the device"}


class Choices:
    PASSWORD = "password"
    KEY = "private-key"


def login(connect, password="hunter22", *, token="abcdef0123", user="admin22"):  # <-
    connect(password="hunter22")  # <-
    connect(password=password, token=f"{token}", user="admin22")
    connect.password = "hunter22"  # <-
    connect["password"] = "hunter22"  # <-
    connect[0] = "hunter22"
    if password == "hunter22x":
        return ""
    return "postgres://netops:hunter22@db.example.com/x"  # <-
''',
            "tests/test_it.py": 'PASSWORD = "hunter22"\n',
        },
    )


def test_eval():
    assert_marked(
        "JOB603",
        """
import ast
import builtins
import re


def go(text, model, cursor):
    eval(text)  # <-
    exec(text)  # <-
    builtins.eval(text)  # <-
    ast.literal_eval(text)
    model.eval()
    cursor.exec(text)
    re.compile(text)


def own(eval):
    eval("x")


def local():
    def exec(text):
        return text

    exec("x")
""",
    )


def test_shell():
    assert_marked(
        "JOB604",
        """
import os
import subprocess
from subprocess import run


def go(text, device, shell):
    os.system(text)  # <-
    os.popen(text)  # <-
    subprocess.run(text, shell=True)  # <-
    run(text, shell=True)  # <-
    subprocess.getoutput(text)  # <-
    subprocess.run([text], check=True)
    subprocess.run([text], shell=False)
    subprocess.run([text], shell=shell)
    device.run(text, shell=True)
    device.system(text)
""",
    )


def test_certificates():
    assert_marked(
        "JOB605",
        """
import ssl

import requests


def go(session, own, context, verify, parse):
    requests.get("x", verify=False)  # <-
    session.post("x", verify=False)  # <-
    requests.Session().get("x", verify=False)  # <-
    own(verify_ssl=False)  # <-
    session.verify = False  # <-
    context.check_hostname = False  # <-
    context.verify_mode = ssl.CERT_NONE  # <-
    ssl._create_default_https_context = ssl._create_unverified_context  # <-
    requests.get("x", verify=True)
    requests.get("x", verify=verify)
    requests.get("x", verify="/etc/ca.pem")
    parse("x", verify=False)
    session.parse("x", verify=False)
    context.verify_mode = ssl.CERT_REQUIRED
    session.verify = verify
""",
    )


def test_yaml():
    assert_marked(
        "JOB606",
        """
import yaml
from yaml import CSafeLoader, Loader, load, safe_load


class Own(yaml.SafeLoader):
    pass


def go(text, loader, json, options):
    yaml.load(text)  # <-
    yaml.load(text, Loader=yaml.Loader)  # <-
    yaml.load(text, yaml.FullLoader)  # <-
    yaml.unsafe_load(text)  # <-
    yaml.load_all(text, Loader=yaml.UnsafeLoader)  # <-
    load(text, Loader=Loader)  # <-
    load(text, Loader=CSafeLoader)
    yaml.load(text, Loader=yaml.SafeLoader)
    yaml.load(text, Loader=Own)
    yaml.load(text, Loader=loader)
    yaml.load(text, **options)
    yaml.safe_load(text)
    safe_load(text)
    json.load(text)
    yaml.dump(text)
""",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("yaml.load(text)", "yaml.safe_load(text)"),
        ("yaml.load(text, Loader=yaml.Loader)", "yaml.safe_load(text)"),
        ("yaml.load(\n    text,\n    yaml.FullLoader,\n)", "yaml.safe_load(\n    text,\n)"),
        ("yaml.load_all(open(x), Loader=yaml.FullLoader)", "yaml.safe_load_all(open(x))"),
        ("yaml.unsafe_load(text)", "yaml.safe_load(text)"),
        ("yaml.load(stream=text)", "yaml.load(stream=text)"),
    ],
)
def test_yaml_is_fixed(tmp_path, before, after):
    for path, text in {"__init__.py": "", "jobs/__init__.py": "", "jobs/x.py": f"import yaml\n\n{before}\n"}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    assert not check_folder(tmp_path, Config(select=("JOB606",)), fix=True).unfixed
    assert (tmp_path / "jobs/x.py").read_text() == f"import yaml\n\n{after}\n"
