"""Certificates are verified."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import Code
from ..context import Context
from ..rule import WARNING, Found, Rule

_LIBRARIES = frozenset(["requests", "httpx", "pynautobot", "pynetbox", "niquests", "aiohttp", "urllib3", "hvac"])
_METHODS = frozenset(["get", "post", "put", "patch", "delete", "head", "options", "request", "send", "api", "Client"])
_ALWAYS = frozenset(["ssl_verify", "verify_ssl", "validate_certs", "verify_certs", "tls_verify"])


class TlsUnverified(Rule):
    """Without verification anybody on the way can answer in the server's place, and gets the token that the Job sends.

    Give the authority that signed the certificate instead: `verify="/etc/ssl/certs/internal-ca.pem"`, or
    `REQUESTS_CA_BUNDLE` in the worker's environment. An `ExternalIntegration` of Nautobot keeps both per system,
    with its own `verify_ssl` and `ca_file_path`.
    """

    id = "JOB605"
    name = "tls-unverified"
    severity = WARNING
    title = "The certificate of a server is not verified"
    bad = '''"""Tickets."""

import requests


def ticket(url):
    """A ticket."""
    return requests.get(url, timeout=10, verify=False).json()
'''
    good = '''"""Tickets."""

import requests


def ticket(url):
    """A ticket."""
    return requests.get(url, timeout=10, verify="/etc/ssl/certs/internal-ca.pem").json()
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find ``verify=False`` and its like."""
        message = "Anybody on the way can answer in the server's place: verify the certificate against the authority that signed it."
        for code in context.code:
            for call, name in code.calls:
                if name == "ssl._create_unverified_context" or any(_is_off(call, name, each) for each in call.keywords):
                    yield context.found(code.module, call, message)
            for statement in code.of(ast.Assign):
                if any(_turns_off(code, target, statement.value) for target in statement.targets):
                    yield context.found(code.module, statement, message)


def _is_off(call: ast.Call, name: str, keyword: ast.keyword) -> bool:
    if not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False):
        return False
    if keyword.arg in _ALWAYS:
        return True
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return keyword.arg == "verify" and (name.split(".")[0] in _LIBRARIES or method in _METHODS)


def _turns_off(code: Code, target: ast.expr, value: ast.expr) -> bool:
    if not isinstance(target, ast.Attribute):
        return False
    if code.name(target) == "ssl._create_default_https_context":
        return code.name(value) == "ssl._create_unverified_context"
    if target.attr == "verify_mode":
        return code.name(value) == "ssl.CERT_NONE"
    return target.attr in ("verify", "check_hostname") and isinstance(value, ast.Constant) and value.value is False
