"""Names and texts that look like secrets."""

from __future__ import annotations

import re

_WORDS = frozenset(["password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "credentials"])
_PAIRS = frozenset(["api_key", "private_key", "access_key", "secret_key", "snmp_community", "auth_key"])
_SPLIT = re.compile(r"[^a-z0-9]+")
# What is a secret by its looks, whatever it is called.
_LOOKS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|^(Token|Bearer|Basic) (?=\S*\d)[A-Za-z0-9+/=_.-]{16,}$|"
    r"^(ghp|gho|ghs|github_pat|glpat)[_-][A-Za-z0-9_-]{20,}$|^AKIA[0-9A-Z]{16}$|^[a-z][a-z0-9+.-]*://[^/\s:@{}%<$]+:[^/\s:@{}%<$]+@"
)


def names_a_secret(name: str) -> bool:
    """Whether what is called so is a secret itself: ``enable_password``, not ``password_length``."""
    words = [word for word in _SPLIT.split(re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()) if word]
    return bool(words) and (words[-1] in _WORDS or "_".join(words[-2:]) in _PAIRS)


def looks_secret(text: str) -> bool:
    """Whether a text is a key or an address with a password in it."""
    return bool(_LOOKS.search(text))


def may_be_secret(name: str, text: str) -> bool:
    """Whether the value of what names a secret may be one: no words, no placeholder, no name of where the secret is."""
    if re.search(r"(token|credentials)$", name, re.IGNORECASE) and not re.search(r"\d", text):
        return False  # the word for a mark in a text, or the name of an entry somewhere
    if len(text) < 4 or re.search(r"[\s{}<>$%]", text) or names_a_secret(text):
        return False
    if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", text):  # a variable of the environment
        return False
    if re.fullmatch(
        r"([a-z]\w*\.)+\w+|/\S*|https?://\S*|\*+|x+|\.+", text, re.IGNORECASE
    ):  # a dotted name, a path, a mask
        return False
    return text.lower() not in ("none", "null", "true", "false", "text", "string", "hidden", "input", "basic", "bearer")
