"""Redaction: secrets in whatever way a text may have them."""

import json
from base64 import b64encode
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest

from jobs.toolkit.redaction import MARK, Redactor

SECRET = 'p&ss "w/ord<ü'
WAYS = [
    SECRET,
    quote(SECRET),
    quote(SECRET, safe=""),
    json.dumps(SECRET)[1:-1],
    json.dumps(SECRET, ensure_ascii=False)[1:-1],
    escape(SECRET, {'"': "&#34;"}),
    b64encode(SECRET.encode()).decode(),
]


@pytest.mark.parametrize("written", WAYS)
def test_each_way_to_write_it(written):
    assert Redactor([SECRET]).text(f"a {written} b") == f"a {MARK} b"


def test_the_longer_secret_first():
    assert Redactor(["abc", "abcdef"]).text("abcdef abc") == f"{MARK} {MARK}"


def test_without_secrets():
    redactor = Redactor()
    redactor.learn("", "")
    assert redactor.text("as it is") == "as it is"


def test_values():
    redactor = Redactor()
    redactor.learn("hunter2")
    assert redactor.value({"hunter2": ["x hunter2", 7, None, ("hunter2",)]}) == {MARK: [f"x {MARK}", 7, None, [MARK]]}


@pytest.mark.parametrize(
    ("secret", "text", "left"),
    [
        ("admin", "administratively down", "administratively down"),
        ("1234", "FOC1234X5YZ", "FOC1234X5YZ"),
        ("admin", "password admin, admin_1 admin", f"password {MARK}, {MARK}_1 {MARK}"),
        ("admin!", "administratively admin!x", f"administratively {MARK}x"),
        ("longer12", "xlonger12y", f"x{MARK}y"),
    ],
)
def test_short_secrets_are_words(secret, text, left):
    assert Redactor([secret]).text(text) == left
