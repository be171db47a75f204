"""No secrets in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import Code
from ..context import Context
from ..rule import ERROR, Found, Rule
from ..secrets import looks_secret, may_be_secret, names_a_secret


class SecretLiteral(Rule):
    """A Git repository is cloned to every worker and web node, and to every laptop; what was in it once is in its history for ever.

    Take the secret out, change it where it is valid, and ask Nautobot for it when the Job runs:
    `Secret.get_value()`, or `SecretsGroup.get_secret_value(...)`.
    """

    id = "JOB602"
    name = "secret-literal"
    severity = ERROR
    title = "A secret is written in the source"
    bad = '''"""Login."""


def login(connect):
    """Log in."""
    return connect(username="netops", password="Ciao2024!")
'''
    good = '''"""Login."""

from nautobot.apps.choices import SecretsGroupAccessTypeChoices, SecretsGroupSecretTypeChoices


def login(connect, group):
    """Log in."""
    password = group.get_secret_value(
        access_type=SecretsGroupAccessTypeChoices.TYPE_GENERIC,
        secret_type=SecretsGroupSecretTypeChoices.TYPE_PASSWORD,
    )
    return connect(username="netops", password=password)
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find texts that are called like secrets, or look like keys."""
        for code in context.code:
            for node in code.of(ast.Constant):
                if isinstance(node.value, str) and self._is_secret(code, node, node.value):
                    message = "Take the secret out of the source, change it, and ask Nautobot for it when the Job runs: Secret, SecretsGroup."
                    yield context.found(code.module, node, message)

    def _is_secret(self, code: Code, node: ast.Constant, text: str) -> bool:
        if len(text) < 4:
            return False
        parent = code.parent(node)
        if isinstance(parent, ast.Expr):  # a docstring
            return False
        name = _name(parent, node)
        return (bool(name) and names_a_secret(name) and may_be_secret(name, text)) or looks_secret(text)


def _name(parent: ast.AST | None, node: ast.Constant) -> str:
    """What a text is called: by the variable, argument or key that it is the value of."""
    if isinstance(parent, ast.keyword):
        return parent.arg or ""
    if isinstance(parent, ast.Assign):
        return _last(parent.targets[0])
    if isinstance(parent, ast.AnnAssign):
        return _last(parent.target)
    if isinstance(parent, ast.Dict):
        key = next((key for key, value in zip(parent.keys, parent.values, strict=True) if value is node), None)
        return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
    if isinstance(parent, ast.arguments):
        return _argument(parent, node)
    return ""


def _last(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript):
        return (
            target.slice.value if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str) else ""
        )
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def _argument(arguments: ast.arguments, node: ast.Constant) -> str:
    """The argument whose default a text is."""
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return next((argument.arg for argument, value in pairs if value is node), "")
