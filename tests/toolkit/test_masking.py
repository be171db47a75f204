"""Masking: secrets in configurations of several systems are gone, and all else is there."""

import pytest

from jobs.toolkit.masking import MASK, mask, settled

# The secret is what stands between guillemets.
LINES = """
enable secret 5 «$1$abcd$Xk3lmsS3cret.»
enable secret 9 «$9$abcd$Xk3lmsS3cret.»
enable password «S3cret»
enable password level 15 7 «094F471A1A0A»
username admin privilege 15 secret 5 «$1$abcd$S3cret»
username admin privilege 15 password 0 «S3cret»
username admin secret sha512 «$6$abcd$S3cret»
user admin password «S3cret»
 password 7 «094F471A1A0A»
 secret 10 «$6$S3cret»
snmp-server community «S3cret» RO 10
snmp-server community 7 «S3cret» RO
snmp-server host 192.0.2.1 version 2c «S3cret»
snmp-server host 192.0.2.1 vrf mgmt version 2c «S3cret» udp-port 162
snmp-server host 192.0.2.1 «S3cret»
snmp-server user bob group v3 auth md5 «S3cret»
snmp-server user bob group v3 auth sha «S3cret» priv aes 128 «T0psecret»
tacacs-server key 7 «S3cret»
tacacs-server host 192.0.2.1 key «S3cret»
radius-server host 192.0.2.1 auth-port 1812 key 7 «S3cret»
 key 7 «0822455D0A16»
 key-string 7 «S3cret»
 neighbor 192.0.2.1 password 7 «S3cret»
 ip ospf message-digest-key 1 md5 7 «S3cret»
 ip ospf authentication-key 7 «S3cret»
 standby 1 authentication md5 key-string 7 «S3cret»
 standby 1 authentication «S3cret»
 vrrp 1 authentication text «S3cret»
crypto isakmp key 6 «S3cret» address 192.0.2.1
 pre-shared-key local «S3cret»
 pre-shared-key address 192.0.2.1 key «S3cret»
 ppp chap password 7 «S3cret»
 wpa-psk ascii 0 «S3cret»
 isis password «S3cret»
ip ftp password 7 «S3cret»
ntp authentication-key 1 md5 «S3cret» 7
 encrypted-password "«$6$abcd$S3cret»"; ## SECRET-DATA
 authentication-key "«$9$S3cret»"; ## SECRET-DATA
 pre-shared-key ascii-text "«$9$S3cret»"; ## SECRET-DATA
 secret "«$9$S3cret»"; ## SECRET-DATA
set system root-authentication encrypted-password "«$6$S3cret»"
set snmp community «S3cret» authorization read-only
set system radius-server 192.0.2.1 secret "«$9$S3cret»"
""".strip("\n").split("\n")

PLAIN = """
hostname sw1
service password-encryption
no enable password
username admin privilege 15
aaa authentication login default group tacacs+ local
interface GigabitEthernet1/0/1
 description key account; secret garden
 switchport access vlan 10
 ip ospf authentication message-digest
snmp-server location AMS01
snmp-server contact noc@example.com
snmp-server enable traps
key chain OSPF
 key 1
ip ssh version 2
router bgp 64512
 neighbor 192.0.2.1 remote-as 64512
set system host-name r1
set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/31
""".strip("\n").split("\n")


@pytest.mark.parametrize("line", LINES)
def test_secrets(line):
    plain = line.replace("«", "").replace("»", "")
    found = mask(plain)
    for part in line.split("«")[1:]:
        assert part.split("»")[0] not in found
    assert MASK in found
    assert found.split()[0] == plain.split()[0]


@pytest.mark.parametrize("line", PLAIN)
def test_all_else_is_kept(line):
    assert mask(line) == line


def test_communities_of_junos():
    text = """system {
    community x {
}
snmp {
    community S3cret {
        authorization read-only;
    }
}
policy-options {
    community EXPORT members 64512:1;
}
"""
    assert mask(text) == text.replace("community S3cret", f"community {MASK}")


def test_private_keys():
    text = "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nb"
    assert mask(text).split("\n") == [
        "a",
        "-----BEGIN RSA PRIVATE KEY-----",
        MASK,
        "-----END RSA PRIVATE KEY-----",
        "b",
    ]
    assert "MIIE" not in mask("-----BEGIN PRIVATE KEY-----\nMIIE\n")


def test_lines_that_are_too_long_are_not_tried():
    assert "S3cret" not in mask("x" * 5000 + " password S3cret")


def test_lines_that_differ_at_each_look():
    text = """Building configuration...

Current configuration : 1234 bytes
!
! Last configuration change at 10:00:00 UTC Mon Jan 1 2024 by admin
hostname sw1
ntp clock-period 1234
"""
    assert settled(text) == "!\nhostname sw1\n"
    assert settled("## Last commit: 2024-01-01 10:00:00 UTC by admin\nversion 21;\n") == "version 21;\n"
