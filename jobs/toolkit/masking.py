"""Secrets in configurations of devices, masked by rule: what would let somebody in, in clear text, encrypted or hashed."""

from __future__ import annotations

import re

MASK = "(masked)"

# A way to say how a secret is written: "0", "7", "sha512", "encrypted" and so on.
_HOW = (
    r"(?:(?:\d{1,2}|encrypted|clear|plain|sha512|md5|ascii|hex|ascii-text|hexadecimal|nt-encrypted|message-digest) +)*"
)
_VALUE = r'("[^"]*"|[^\s;]+)'
_BEFORE = (
    # IOS, NX-OS, IOS-XR, EOS
    r"^\s*enable (?:password|secret)(?: level \d+)? +" + _HOW,
    r"^\s*(?:username|user) .*?\b(?:password|secret|sshkey-secret) +" + _HOW,
    r"^\s*(?:password|secret) +" + _HOW,
    r"^\s*snmp-server community +" + _HOW,
    r"^\s*snmp-server host .*?\b(?:version (?:1|2c)|version 3 (?:auth|noauth|priv)) +",
    r"^\s*snmp-server host \S+ (?:traps |informs )?(?!version|vrf|traps|informs|use-vrf|source-interface|udp-port)",
    r"^\s*snmp-server user .*?\bauth (?:md5|sha\S*) +" + _HOW,
    r"\bpriv +(?:(?:3?des|aes)(?:[ -]?\d+)? +)?" + _HOW,
    r"^.*?\b(?:tacacs|radius|tacacs-server|radius-server|server|aaa)\b.*?\bkey +" + _HOW,
    r"^\s*key +(?:\d+ +)(?=\S*[A-Za-z0-9/+$]{6,})",
    r"^\s*key-string +" + _HOW,
    r"\bneighbor \S+ password +" + _HOW,
    r"\bmessage-digest-key \d+ (?:md5|sha\S*) +" + _HOW,
    r"\bauthentication-key +(?:\d+ +(?:md5|sha\S*|cmac\S*) +)?" + _HOW,
    r"\bauthentication (?:md5 |sha\S* |text )?(?:key-string|key) +" + _HOW,
    r"^\s*(?:standby|vrrp|glbp) .*?\bauthentication (?:text |md5 key-string )?(?!md5|text|key)" + _HOW,
    r"\bcrypto (?:isakmp|ikev1|ikev2) key +" + _HOW,
    r"\bpre-shared-key +(?:local +|remote +|address \S+ key +)?" + _HOW,
    r"\bppp (?:chap|pap sent-username \S+) password +" + _HOW,
    r"\bwpa-psk +(?:ascii|hex)? *" + _HOW,
    r"\b(?:isis|area|domain)[- ]password +" + _HOW,
    r"^\s*ip (?:ftp|http client) password +" + _HOW,
    r"\bntp authentication-key \d+ \S+ +" + _HOW,
    # Junos
    r"\b(?:encrypted-password|plain-text-password-value|authentication-password|privacy-password) +",
    r"\b(?:authentication-key|privacy-key|hello-authentication-key|simple-password|shared-secret|trap-group-secret) +",
    r"\bset (?:groups \S+ )?snmp community +",
    r"^\s*(?:set )?.*?\bsecret +(?=\"|\$)",
)
_RULES = tuple(re.compile(f"(?P<before>{before}){_VALUE}", re.IGNORECASE) for before in _BEFORE)
# What an encrypted or hashed secret looks like, wherever it stands.
_CRYPTED = re.compile(r"\$(?:1|2[aby]?|4|5|6|8|9|14|sha1|sha512|shake256-aes256-gcm)\$[^\s\";]+")
_PRIVATE = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_SNMP = re.compile(r"^(\s*)snmp \{$")
_COMMUNITY = re.compile(r"^(\s*community +)\S+( .*)?$")
# Lines of the device's own making that differ at each look.
_VOLATILE = re.compile(
    r"^(?:Building configuration|Current configuration *:|! Last configuration change|! NVRAM config last updated|!Time:|"
    r"!Running configuration last done|!! (?:IOS XR|Last configuration)|! Command:|!Command:|## Last c(?:ommit|hanged)|"
    r"ntp clock-period|\w{3} \w{3} +\d+ [\d:.]+ \w+$)"
)
_LONGEST_LINE = 4096


def mask(configuration: str) -> str:
    """The configuration without the secrets that are known to stand there. Lines that are too long to be looked at are left out."""
    text = _PRIVATE.sub(rf"\1\n{MASK}\n\2", configuration)
    lines, snmp = [], None
    for line in text.split("\n"):
        if len(line) > _LONGEST_LINE:
            lines.append(f"{MASK} (a line of {len(line)} characters)")
            continue
        # Junos in braces: the name of a community is the secret.
        if begun := _SNMP.match(line):
            snmp = len(begun[1])
        elif snmp is not None and line.strip() == "}" and len(line) - len(line.lstrip()) <= snmp:
            snmp = None
        elif snmp is not None:
            line = _COMMUNITY.sub(rf"\1{MASK}\2", line)
        for rule in _RULES:
            line = rule.sub(rf"\g<before>{MASK}", line)
        lines.append(_CRYPTED.sub(MASK, line))
    return "\n".join(lines)


def settled(configuration: str) -> str:
    """The configuration without lines that differ at each look, nor space at the ends of lines."""
    lines = [line.rstrip() for line in configuration.replace("\r", "").split("\n")]
    kept = [line for line in lines if not _VOLATILE.match(line)]
    return "\n".join(kept).strip("\n") + "\n"
