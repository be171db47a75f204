"""User names and passwords for devices: of a secrets group alone, for this run alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nautobot.extras.choices import SecretsGroupAccessTypeChoices, SecretsGroupSecretTypeChoices
from nautobot.extras.models import SecretsGroup, SecretsGroupAssociation
from nautobot.extras.secrets.exceptions import SecretError

from .access import RefusalError, require, visible
from .redaction import Redactor

SSH = (SecretsGroupAccessTypeChoices.TYPE_SSH, SecretsGroupAccessTypeChoices.TYPE_GENERIC)
HTTP = (SecretsGroupAccessTypeChoices.TYPE_HTTP, SecretsGroupAccessTypeChoices.TYPE_GENERIC)
_USERNAME = SecretsGroupSecretTypeChoices.TYPE_USERNAME
_PASSWORD = SecretsGroupSecretTypeChoices.TYPE_PASSWORD
_ENABLE = SecretsGroupSecretTypeChoices.TYPE_SECRET


class CredentialError(Exception):
    """There are no credentials for this device; the message says why, without a secret.

    Nautobot's log takes out whatever word comes after "secrets" or "password", so that messages do without.
    """


@dataclass(frozen=True)
class Credentials:
    """What a device is told. None of it is shown by `repr()`, and so by no traceback."""

    username: str = field(repr=False)
    password: str = field(repr=False)
    enable: str = field(default="", repr=False)


class Keyring:
    """The credentials of a run, each secret read once.

    Args:
        user: who runs the Job; has to be allowed to view the secrets groups that are used.
        chosen: the group for all devices; None: each device's own.
        redactor: it is told of each secret.
        access_types: secrets of these, the first before the next.

    Raises:
        RefusalError: the user may view no secrets groups, or not the chosen one.
    """

    def __init__(
        self, user: Any, chosen: SecretsGroup | None, redactor: Redactor, access_types: tuple[str, ...] = SSH
    ) -> None:
        require(user, SecretsGroup, "view")
        groups = visible(user, SecretsGroup).order_by()
        if chosen is not None and not groups.filter(pk=chosen.pk).exists():
            raise RefusalError("SecretsGroup: there is none that you may view by this key.")
        self._chosen, self._redactor, self._access_types = chosen, redactor, access_types
        if chosen is not None:
            groups = groups.filter(pk=chosen.pk)
        self._names = dict(groups.values_list("pk", "name"))
        self._secrets: dict[Any, dict[tuple[str, str], Any]] = {}
        rows = SecretsGroupAssociation.objects.filter(
            secrets_group__in=list(self._names),
            access_type__in=access_types,
            secret_type__in=(_USERNAME, _PASSWORD, _ENABLE),
        )
        for row in rows.select_related("secret").order_by():
            self._secrets.setdefault(row.secrets_group_id, {})[row.access_type, row.secret_type] = row.secret
        self._read: dict[Any, str] = {}

    def of(self, device: Any) -> Credentials:
        """Those for a device (or for whatever else has a `secrets_group_id`); asks for no row of the database.

        Raises:
            CredentialError: there are none.
        """
        group = self._chosen.pk if self._chosen is not None else device.secrets_group_id
        if group is None:
            raise CredentialError("It has no credentials. Select a SecretsGroup in the device, or for the run.")
        if group not in self._names:
            raise CredentialError("You may not view its SecretsGroup.")
        name, password = (self._value(group, kind, device) for kind in (_USERNAME, _PASSWORD))
        if name is None or password is None:
            what = "user name" if name is None else "password"
            kinds = " or ".join(self._access_types)
            raise CredentialError(
                f"The SecretsGroup “{self._names[group]}” has no {what}; looked at are the access types {kinds}."
            )
        return Credentials(name, password, self._value(group, _ENABLE, device) or "")

    def _value(self, group: Any, kind: str, device: Any) -> str | None:
        secrets = self._secrets.get(group, {})
        secret = next((secrets[each, kind] for each in self._access_types if (each, kind) in secrets), None)
        if secret is None:
            return None
        # Parameters may be templates, of which the device makes something of its own.
        own = any("{" in str(value) for value in (secret.parameters or {}).values())
        key = (secret.pk, device.pk if own else None)
        if key not in self._read:
            try:
                value = str(secret.get_value(obj=device))
            except SecretError as error:
                raise CredentialError(
                    f"“{secret.name}” cannot be read ({type(error).__name__}). Check it in Nautobot, in the menu Secrets."
                ) from None
            if kind != _USERNAME:
                self._redactor.learn(value)
            self._read[key] = value
        return self._read[key]
