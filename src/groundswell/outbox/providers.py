"""Handing a mail to a provider by one request, through django-anymail, and what its answer means.

Nothing of a reader's is tracked: opens and clicks are switched off in each request where that can be said
(elsewhere at the provider: see the how-to). A request that ended without an answer may have been taken.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import Enum, auto
from importlib import import_module
from typing import Any

from django.core.mail import EmailMultiAlternatives

log = logging.getLogger(__name__)

TIMEOUT = 20.0
"""Seconds that a provider may be silent while it owes an answer."""

LONGEST_WAIT = 30.0
"""Seconds for which a provider that has had too many requests is left alone at most."""

PAUSES = (0.5, 1.0)
"""Seconds before a mail of which nobody knows is handed over again, where the provider knows it by its key."""

KNOWN_BY_KEY = frozenset({"resend"})
"""Who takes a mail once for each key (an ``Idempotency-Key``, remembered for a day), however often it comes."""

BY_TAG = frozenset({"mailersend", "postal"})
"""Who says in its reports which mail they are about by its tag, since it takes no other data."""

WRITTEN_THERE = {
    "from", "to", "subject", "reply-to", "date", "mime-version", "content-type", "content-transfer-encoding"
}  # fmt: skip
"""Headers that go into fields of their own, or that the provider writes."""

OWN_NAMES = frozenset({"mailjet"})
"""Who takes no mail with a Message-ID of ours; its reports carry the data instead."""

_SHUT = frozenset({401, 402, 403, 404, 405, 407})
_TOO_MANY = frozenset({420, 429})
_NOBODY_KNOWS = frozenset({502, 504})
"""What stands before the provider says that it got no answer from behind."""

_NEVER_BEGUN = frozenset(
    {
        *("ConnectTimeout", "NewConnectionError", "NameResolutionError", "ConnectTimeoutError"),
        *("EndpointConnectionError", "SSLCertVerificationError", "NoCredentialsError", "PartialCredentialsError"),
    }
)
"""Errors by which no request went out, of requests and of boto; by name, as they hide in one another."""


class Said(Enum):
    """What a provider does with a mail (takes it, not now, never), or with all of them; or that nobody knows."""

    TAKEN = auto()
    LATER = auto()
    NEVER = auto()
    TOO_MANY = auto()
    SHUT = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Answer:
    """What was said, with a number and words as a mail server would give them, naming nobody."""

    said: Said
    code: int = 0
    words: str = ""
    wait: float = 0.0


class Provider:
    """A way to one provider, for one thread: opened by the first mail, and kept open."""

    def __init__(self, name: str, options: Mapping[str, str]) -> None:
        self._name = name
        self._backend: Any = backend(name, options)

    def hand_over(self, body: bytes) -> Answer:
        """Hand a mail over; again, where nobody knows what became of it and the provider knows it by its key."""
        try:
            made = message(body, self._name)
        except Exception as error:
            return _not_a_request(error)
        try:
            self._backend.open()
        except Exception as error:
            return Answer(Said.SHUT, words=f"it cannot be asked ({type(error).__name__})")
        answer = self._ask(made)
        for pause in PAUSES if self._name in KNOWN_BY_KEY else ():
            if answer.said != Said.UNKNOWN:
                break
            time.sleep(pause)
            answer = self._ask(made)
        return answer

    def close(self) -> None:
        """Hang up."""
        self._backend.close()

    def _ask(self, made: EmailMultiAlternatives) -> Answer:
        if self._name in KNOWN_BY_KEY:
            self._backend.session.headers["Idempotency-Key"] = _key(made)
        try:
            self._backend.send_messages([made])
        except Exception as error:
            return self._understood(error)
        return _told(made)

    def _understood(self, error: Exception) -> Answer:
        answer = _failed(error)
        # The same key is being looked at, or came with other words: either way it was here before.
        if answer.code == 409 and self._name in KNOWN_BY_KEY:
            return Answer(Said.UNKNOWN, words="it has this mail already")
        return answer


def backend(name: str, options: Mapping[str, str]) -> Any:
    """What django-anymail has for a provider, with these options and none from elsewhere."""
    module = import_module(f"anymail.backends.{name.replace('-', '_')}")
    given: dict[str, Any] = dict(options) | {"ignore_unsupported_features": True}
    if name == "amazon-ses":
        return module.EmailBackend(**_of_amazon(given))
    return module.EmailBackend(**given, timeout=TIMEOUT)


def _of_amazon(given: dict[str, Any]) -> dict[str, Any]:
    apart = {
        name: given.pop(name)
        for name in ("configuration_set_name", "ignore_unsupported_features")
        if name in given
    }
    # Boto would ask again by itself, and nobody would know how often.
    config = {"retries": {"total_max_attempts": 1}, "connect_timeout": TIMEOUT, "read_timeout": TIMEOUT}
    return apart | {"client_params": given | {"config": config}}


def message(body: bytes, name: str) -> EmailMultiAlternatives:
    """A mail in bytes as Django's, for a provider: with its headers and what says which one it is.

    :raises ValueError: if it is none that this project writes.
    """
    mail = message_from_bytes(body, policy=default)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    to = _addresses(mail, "To")
    if len(to) != 1:
        raise ValueError("A mail goes to one address.")
    left_out = WRITTEN_THERE | ({"message-id"} if name in OWN_NAMES else set())
    made = EmailMultiAlternatives(
        subject=str(mail["Subject"]),
        body=_text(plain),
        from_email=_addresses(mail, "From")[0],
        to=to,
        reply_to=_addresses(mail, "Reply-To"),
        headers={header: str(value) for header, value in mail.items() if header.lower() not in left_out},
    )
    if html is not None:
        made.attach_alternative(_text(html), "text/html")
    for part in mail.iter_attachments():
        made.attach(part)
    _mark(made, str(mail["Message-ID"]).strip("<>").partition("@")[0], name)
    return made


def _mark(made: Any, key: str, name: str) -> None:
    """Say which mail it is, so that a report can be about it, and that nobody is watched who reads it."""
    made.track_opens = made.track_clicks = False
    made.key = key
    if name in BY_TAG:
        made.tags = [key]
    else:
        made.metadata = {"copy": key}


def _key(made: Any) -> str:
    return str(made.key)


def _addresses(mail: EmailMessage, header: str) -> list[str]:
    return [str(address) for address in mail[header].addresses if address.domain] if mail[header] else []


def _text(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _told(made: Any) -> Answer:
    """What is said of its one recipient, where the request as a whole went well."""
    said = made.anymail_status.status
    if said and said <= {"sent", "queued"}:
        return Answer(Said.TAKEN, 250)
    if said == {"failed"}:
        return Answer(Said.LATER, 451, "it did not take the mail")
    return Answer(Said.UNKNOWN, words="it does not say whether it took the mail")


def _not_a_request(error: Exception) -> Answer:
    return Answer(Said.NEVER, 554, f"5.6.0 it cannot be put into a request ({type(error).__name__})")


def _failed(error: Exception) -> Answer:
    """What an error of django-anymail means; its text is not repeated, since whom the mail is for stands in it."""
    # Imported here, as the provider's part is: most installations need neither.
    from anymail import exceptions as of

    if isinstance(error, of.AnymailRecipientsRefused):
        return _refused(error)
    if isinstance(error, of.AnymailUnsupportedFeature | of.AnymailInvalidAddress | of.AnymailSerializationError):
        return _not_a_request(error)
    status = _status(error)
    if status is not None and not 200 <= status < 300:
        return _by_status(status, error)
    if status is None and not _names(error).isdisjoint(_NEVER_BEGUN):
        return Answer(Said.SHUT, words=f"it cannot be reached ({_innermost(error)})")
    if status is None and not isinstance(error, of.AnymailAPIError):
        log.error("A mail could not be handed to the provider: %s", type(error).__name__)
    return Answer(Said.UNKNOWN, words=f"it gave no answer that can be understood ({_innermost(error)})")


def _refused(error: Any) -> Answer:
    """Its recipient is: written in a way that none is, or on the provider's own list."""
    said = getattr(error.email_message, "anymail_status", None)
    if said is not None and said.status == {"invalid"}:
        return Answer(Said.NEVER, 550, "5.1.3 the address was refused")
    return Answer(Said.NEVER, 550, "5.7.1 the provider writes to this address no more")


def _by_status(status: int, error: Exception) -> Answer:
    if status in _SHUT:
        return Answer(Said.SHUT, status, f"it does not let us in ({status})")
    if status in _TOO_MANY:
        return Answer(Said.TOO_MANY, status, f"it had too many requests ({status})", _wait(error))
    if status in _NOBODY_KNOWS:
        return Answer(Said.UNKNOWN, words=f"it gave no answer ({status})")
    # Other numbers would say "taken" or "never" where a mail server says them.
    return Answer(Said.LATER, status if 400 <= status < 500 else 451, f"it did not take the mail ({status})")


def _status(error: Exception) -> int | None:
    """The number of the answer, where there was one: as requests has it, or in the way of boto."""
    status = getattr(error, "status_code", None)
    response = getattr(error, "response", None)
    if status is None and isinstance(response, dict):
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        code = str(response.get("Error", {}).get("Code", ""))
        if status == 400 and ("Throttl" in code or "TooMany" in code):
            status = 429
    return int(status) if status is not None else None


def _wait(error: Exception) -> float:
    """The seconds that the provider asks for, or one."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    said = str(headers.get("Retry-After", ""))
    return min(float(said), LONGEST_WAIT) if said.isdecimal() else 1.0


def _names(error: BaseException) -> set[str]:
    return {type(one).__name__ for one in _within(error)}


def _innermost(error: BaseException) -> str:
    """The class of what began it."""
    return [type(one).__name__ for one in _within(error)][-1]


def _within(error: BaseException) -> list[BaseException]:
    """An error and those in it: what caused it, or what it was made of."""
    found: list[BaseException] = []
    inner: Any = error
    while isinstance(inner, BaseException) and inner not in found:
        found.append(inner)
        inner = (
            inner.__cause__
            or getattr(inner, "reason", None)
            or next((one for one in inner.args if isinstance(one, BaseException)), None)
        )
    return found
