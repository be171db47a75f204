"""What may be sent to a device, and what may not, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.toolkit.access import RefusalError
from jobs.toolkit.show_commands import ALLOWED, all_of, allowed, bad_entries, is_command, may_send, read_commands

HOSTILE = [
    "configure terminal",
    "conf t",
    "sh version",
    "sho version",
    "do show version",
    "Show version",
    "SHOW version",
    "show",
    "show ",
    " show version",
    "show  version",
    "show\tversion",
    "show version\nconfigure terminal",
    "show version\rreload",
    "show version\r\nreload",
    "show version\x0breload",
    "show version\x85reload",
    "show version\u2028reload",
    "show version\x00reload",
    "show version\x03",
    "show version\x1a",
    "show version\x08\x08",
    "show version\x7f",
    "show version\x1b[A",
    "show version | include x",
    "show version |redirect flash:a",
    "show version > flash:a",
    "show version ; reload",
    "show version && reload",
    "show version `reload`",
    "show version $(reload)",
    "show version ?",
    "show version \\nreload",
    "show version %0areload",
    'show version "x"',
    "show version 'x'",
    "show version #",
    "show version !x",
    "show version {x}",
    "show version {{ x }}",
    "show vers\u0456on",
    "\uff53how version",
    "s\u200bhow version",
    "show version\u00a0detail",
    "show version\u202e",
    "show v\u00e9rsion",
    "showversion",
    "show -x",
    "show version -rf",
    "clear counters",
    "write memory",
    "copy running-config startup-config",
    "reload",
    "request system reboot",
    "delete flash:a",
    "debug all",
    "no shutdown",
    "exit",
    "enable",
    "",
    "show " + "x" * 200,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text):
    assert not is_command(text)
    for entries in ALLOWED.values():
        assert not may_send(text, entries)
    assert not may_send(text, [text, f"{text} *"])


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip(" ") and not text.startswith(" ")])
def test_hostile_field(text):
    if all(is_command(line.strip(" ")) for line in text.replace("\r\n", "\n").split("\n")):
        pytest.fail("two commands, each of which shows something, are no attack")
    with pytest.raises(RefusalError, match="line"):
        read_commands(text)


@given(st.text(max_size=40))
def test_whatever_is_sent_is_one_line_of_plain_signs_that_begins_with_a_verb(text):
    command = f"show {text}"
    if is_command(command):
        assert command.isascii()
        assert command.isprintable()
        assert not set(command) & set("|;&<>`$\\\"'!#?{}()[]%^~*=,@+")
        assert "  " not in command


def test_lists_are_commands_and_nothing_else():
    for entries in ALLOWED.values():
        assert len(entries) == len(set(entries))
        assert all(is_command(entry.removesuffix(" *")) for entry in entries)
        assert not any("config" in entry or "tech" in entry for entry in entries)


@pytest.mark.parametrize(
    ("command", "sent"),
    [
        ("show interfaces", True),
        ("show interfaces Gi1/0/1", True),
        ("show interfaces Gi1/0/1 switchport", True),
        ("show interfacesx", False),
        ("show running-config", False),
        ("show ver", False),
    ],
)
def test_further_words(command, sent):
    assert may_send(command, ALLOWED["cisco_ios"]) is sent


def test_config_context_adds_commands_but_nothing_else():
    settings = {"commands": ["show boot", "show log *", "reload", "show x | y", 7, None, "*", "show *"]}
    entries = allowed("cisco_ios", settings)
    assert set(entries) - set(ALLOWED["cisco_ios"]) == {"show boot", "show log *"}
    assert len(bad_entries(settings)) == 6
    assert not may_send("reload", entries)
    assert allowed("unknown", {"commands": "show boot"}) == ()
    assert bad_entries({"commands": "show boot"}) == ["network_jobs.commands: 'show boot'"]
    assert "show log *" not in all_of(entries)


def test_field():
    assert read_commands("show version\r\n\n  show clock \nshow version\n") == ("show version", "show clock")
    assert read_commands("") == ()
    with pytest.raises(RefusalError, match="more than 50"):
        read_commands("\n".join(f"show x{number}" for number in range(51)))
