"""What leaves Nautobot: requests to external integrations, and mails. Tried again where that helps.

No message of an error has a secret in it, nor the address that was asked, which may have one.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from nautobot.extras.models import ExternalIntegration
from nautobot.extras.secrets.exceptions import SecretError
from urllib3.exceptions import HTTPError

from .access import RefusalError
from .templates import Expressions

MOST_TRIES = 4
# Seconds before the second try; doubled for each further one.
FIRST_PAUSE = 1.0
# An answer may ask for a longer pause: up to this one it gets it; beyond, the next run has to try.
LONGEST_PAUSE = 60.0
MOST_RECIPIENTS = 50
_LONGEST_TIMEOUT = 60
_MOST_ANSWERED = 300
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})
_SECRET = re.compile(r"\bsecrets\.(\w+)")
# Secrets of a group that are for this; the first wins where several have the same type.
_ACCESS_TYPES = ("HTTP(S)", "REST", "Generic")


class DeliveryError(Exception):
    """It could not be delivered; the message says why.

    Args:
        message: what went wrong.
        temporary: trying again may help.
        pause: seconds to wait before, if the other side has named them.
    """

    def __init__(self, message: str, *, temporary: bool = False, pause: float | None = None) -> None:
        super().__init__(message)
        self.temporary, self.pause = temporary, pause


def deliver(send: Callable[[], None]) -> int:
    """Call it until it raises no temporary `DeliveryError`, at most MOST_TRIES times, with pauses; returns how often.

    Raises:
        DeliveryError: what the last try ended with.
    """
    pause = FIRST_PAUSE
    for tried in range(1, MOST_TRIES + 1):
        try:
            send()
        except DeliveryError as error:
            wait = pause if error.pause is None else error.pause
            if not error.temporary or tried == MOST_TRIES:
                raise DeliveryError(f"{error} Tried {tried} time{'' if tried == 1 else 's'}.") from None
            if wait > LONGEST_PAUSE:
                raise DeliveryError(f"{error} It asks to be left alone for {wait:.0f} seconds.") from None
            # nautobot-jobs: ignore[JOB508] the other side asks for it, and it is bounded
            time.sleep(wait)
            pause *= 2
        else:
            return tried
    raise AssertionError("unreachable")


class Webhook:
    """The address, headers and secrets of an external integration.

    Its URL and its headers may name secrets of its secrets group: `{{secrets.token}}`.

    Raises:
        RefusalError: they name a secret that is not there, or the URL is none.
    """

    def __init__(self, integration: ExternalIntegration) -> None:
        self.key, self.name = str(integration.pk), integration.name
        headers = integration.headers or {}
        if not isinstance(headers, dict):
            raise RefusalError(f"{self.name}: the headers have to be a JSON object of names and values.")
        secrets = _secrets(integration, f"{integration.remote_url} {json.dumps(headers)}")
        self._hidden = sorted(filter(None, secrets.values()), key=len, reverse=True)
        self._url = self._filled("Remote URL", integration.remote_url, secrets)
        self._headers = {
            str(header): self._filled(f"Header {header}", str(value), secrets) for header, value in headers.items()
        }
        address = urlsplit(self._url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise RefusalError(f"{self.name}: the remote URL has to begin with https:// or http:// and a host.")
        self.plain = address.scheme == "http"
        self.host = address.hostname
        self._method = integration.http_method or "POST"
        self._timeout = min(integration.timeout or _LONGEST_TIMEOUT, _LONGEST_TIMEOUT)
        self._verify = integration.ca_file_path or integration.verify_ssl
        self.unverified = not self.plain and not self._verify

    def _filled(self, what: str, text: str, secrets: Mapping[str, str]) -> str:
        try:
            return str(Expressions().value(text, {"secrets": dict(secrets)})).strip()
        except RefusalError as refusal:
            raise RefusalError(self._scrubbed(f"{self.name}: {what}: {refusal}")) from None

    def _scrubbed(self, text: str) -> str:
        for secret in self._hidden:
            for written in (secret, quote(secret, safe=""), quote(secret), json.dumps(secret)[1:-1]):
                text = text.replace(written, "***")
        return text

    def post(self, payload: Any) -> None:
        """Send JSON once.

        Raises:
            DeliveryError: it was not accepted.
        """
        headers = {"Content-Type": "application/json", "User-Agent": "Nautobot", **self._headers}
        body = json.dumps(payload, ensure_ascii=False).encode("utf-8")
        try:
            # What Nautobot's own webhooks do: no redirects, no credentials from files or the environment of the worker.
            request = requests.Request(self._method, self._url, headers=headers, data=body).prepare()
            with _quiet(), requests.Session() as session:
                response = session.send(
                    request,
                    timeout=self._timeout,
                    verify=self._verify,
                    proxies=getattr(settings, "HTTP_PROXIES", None),
                    allow_redirects=False,
                    stream=True,
                )
                try:
                    if not 200 <= response.status_code < 300:
                        raise self._refused(response)
                finally:
                    response.close()
        except requests.exceptions.SSLError:
            raise DeliveryError(f"{self.host} has no certificate that is trusted here.") from None
        except requests.exceptions.Timeout:
            raise DeliveryError(f"{self.host} did not answer within {self._timeout} seconds.", temporary=True) from None
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError):
            raise DeliveryError(f"{self.host} could not be reached.", temporary=True) from None
        except (requests.exceptions.RequestException, OSError, ValueError) as error:
            # Their texts have the URL, or a header.
            raise DeliveryError(
                f"The request could not be made ({type(error).__name__}): check URL, headers and CA file of {self.name}."
            ) from None

    def _refused(self, response: requests.Response) -> DeliveryError:
        code = response.status_code
        try:
            # Secrets are taken out before anything is cut, so that no half of one is left.
            answer = response.raw.read(_MOST_ANSWERED * 10, decode_content=True).decode("utf-8", "replace")
        except (HTTPError, OSError):  # of what was cut off the status is known
            answer = ""
        text = " ".join(self._scrubbed(answer).split())[:_MOST_ANSWERED]
        return DeliveryError(
            f"{self.host} answered {code}{f': {text}' if text else ''}.",
            temporary=code in _TEMPORARY,
            pause=_pause(response.headers.get("Retry-After", "")),
        )


def _secrets(integration: ExternalIntegration, text: str) -> dict[str, str]:
    """The secrets that a text names, by type with underscores: "token", "authentication_key"."""
    named = sorted(set(_SECRET.findall(text)))
    if not named:
        return {}
    if integration.secrets_group is None:
        raise RefusalError(
            f"{integration.name}: it names secrets.{named[0]}, and has no secrets group. Select one in the external integration."
        )
    rows = integration.secrets_group.secrets_group_associations.filter(access_type__in=_ACCESS_TYPES)
    there = {
        row.secret_type.replace("-", "_"): row.secret
        for row in sorted(rows.select_related("secret"), key=lambda row: -_ACCESS_TYPES.index(row.access_type))
    }
    found = {}
    for name in named:
        if name not in there:
            raise RefusalError(
                f"{integration.name}: its secrets group has no secret of the type {name.replace('_', ' ')} and the access "
                f"type {', '.join(_ACCESS_TYPES[:-1])} or {_ACCESS_TYPES[-1]}."
            )
        try:
            found[name] = str(there[name].get_value(obj=integration))
        except SecretError as error:
            raise RefusalError(
                f"{integration.name}: the secret {there[name].name} cannot be read ({type(error).__name__}). "
                "Check it in Nautobot (Secrets > Secrets)."
            ) from None
    return found


def _pause(text: str) -> float | None:
    """What `Retry-After` asks for, in seconds: it has a number or a time (RFC 9110, 10.2.3)."""
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=timezone.utc)
    return max(0.0, (until - datetime.now(timezone.utc)).total_seconds())


@contextmanager
def _quiet() -> Iterator[None]:
    """urllib3 logs the path of each request at the level of debugging, and a path may have a secret in it."""
    logger = logging.getLogger("urllib3")
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)


# Mail


def recipients(field: str, text: str) -> list[str]:
    """Addresses of a list, as people write one, each once.

    Raises:
        RefusalError: one is none, or there are too many.
    """
    found = list(dict.fromkeys(filter(None, re.split(r"[\s,;]+", text or ""))))
    if len(found) > MOST_RECIPIENTS:
        raise RefusalError(
            f"{field}: {len(found)} addresses; at most {MOST_RECIPIENTS} are accepted. Use a mailing list."
        )
    bad = []
    for address in found:
        try:
            validate_email(address)
        except ValidationError:
            bad.append(address)
    if bad:
        raise RefusalError(f"{field}: no e-mail address: {', '.join(bad)}. Separate addresses by commas.")
    return found


def mail(
    to: Sequence[str], subject: str, text: str, attachments: Sequence[tuple[str, bytes, str]] = ()
) -> Callable[[], None]:
    """A function that sends a mail once, by the mail settings of this Nautobot (`EMAIL_HOST` and so on).

    Args:
        to: the recipients.
        subject: without line breaks.
        text: of the mail.
        attachments: name, content and type of each.
    """

    def send() -> None:
        message = EmailMessage(subject=" ".join(subject.split()), body=text, to=list(to))
        for name, content, kind in attachments:
            message.attach(name, content, kind)
        try:
            message.send()
        except SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            raise DeliveryError(
                f"The mail server refuses {', '.join(sorted(error.recipients))} ({', '.join(map(str, sorted(codes)))}).",
                temporary=all(400 <= code < 500 for code in codes),
            ) from None
        except SMTPResponseException as error:
            raise DeliveryError(
                f"The mail server answered {error.smtp_code} ({type(error).__name__}).",
                temporary=400 <= error.smtp_code < 500,
            ) from None
        except SMTPServerDisconnected:
            raise DeliveryError("The mail server has hung up.", temporary=True) from None
        except SMTPException as error:
            raise DeliveryError(f"The mail could not be sent ({type(error).__name__}).") from None
        except OSError as error:
            raise DeliveryError(
                f"The mail server could not be reached ({type(error).__name__}): see EMAIL_HOST and EMAIL_PORT in "
                "Nautobot's settings.",
                temporary=True,
            ) from None

    return send
