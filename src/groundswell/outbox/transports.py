"""Where mail goes: to a server by SMTP, to a provider, or into the data folder, where the desk shows it."""

import os
import smtplib
import ssl
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings

from groundswell.outbox.dkim import Signer, signer
from groundswell.outbox.models import Effect
from groundswell.outbox.providers import Provider, Said

TIMEOUT = 20.0


class TransportFailed(Exception):
    """A mail was not accepted; ``permanent`` says that trying again is useless. The reason names nobody."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason[:200]
        self.permanent = permanent


class Unreachable(TransportFailed):
    """There is no way out at all at the moment: no mail is to blame, and the next one need not try."""


class Transport(Protocol):
    """A way out, opened for a few mails."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, effect: Effect, to: str, body: bytes) -> None: ...


def transport() -> "Folder | Smtp | ByProvider":
    """The way that the settings name."""
    if provider := settings.ENVIRONMENT.provider:
        return ByProvider(Provider(provider.name, provider.for_sending))
    if settings.ENVIRONMENT.smtp:
        return Smtp(settings.ENVIRONMENT.smtp)
    return Folder(settings.DATA / "outbox")


class Folder:
    """Keeps each mail as a file, by organisation."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def send(self, effect: Effect, to: str, body: bytes) -> None:
        """Write the file, whole or not at all; the same mail again replaces it.

        :raises Unreachable: if it cannot be written, for want of space perhaps.
        """
        keep_file(kept_path(effect.organisation_id, effect.id, self._root), body)


def keep_file(path: Path, body: bytes) -> None:
    """Write the copy of a mail, whole or not at all; one that is there is replaced.

    :raises Unreachable: if it cannot be written, for want of space perhaps.
    """
    draft = path.with_suffix(".draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with draft.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise Unreachable(f"The mail could not be kept: {type(error).__name__}") from error


def kept_path(organisation_id: UUID, effect_id: UUID, root: Path | None = None) -> Path:
    """Where the copy of a mail is, if mail is kept."""
    return (root or settings.DATA / "outbox") / str(organisation_id) / f"{effect_id}.eml"


def delete_kept(organisation_id: UUID, effect_id: UUID) -> None:
    """Delete the copy of a mail, if there is one."""
    kept_path(organisation_id, effect_id).unlink(missing_ok=True)


class Smtp:
    """One connection to a mail server, opened with the first mail."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, effect: Effect, to: str, body: bytes) -> None:
        """Hand a mail to the server, signed where there is a key.

        :raises TransportFailed: if this mail was not accepted.
        :raises Unreachable: if the server is away, or does not let us send at all.
        """
        signed = self._signer.sign(body) if self._signer else body
        server = self._connected()
        try:
            server.sendmail(settings.ENVIRONMENT.sender, [to], signed)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise TransportFailed(f"The address was refused ({code}).", permanent=code >= 500) from error
        except smtplib.SMTPSenderRefused as error:
            # Our own address, or that we did not sign in: ours to mend, the mail has nothing to do with it.
            self._hang_up()
            raise Unreachable(f"The server takes no mail from us ({error.smtp_code}).") from error
        except smtplib.SMTPResponseException as error:
            self._hang_up()
            raise TransportFailed(
                f"The server refused the mail ({error.smtp_code}).", permanent=error.smtp_code >= 500
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            # In the middle of a mail: whether it arrived is unknown, so it is sent again.
            self._hang_up()
            raise TransportFailed(f"The server went away: {type(error).__name__}") from error

    @cached_property
    def _signer(self) -> Signer | None:
        return signer(settings.DATA)

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            try:
                self._server = self._dial()
                if self._url.username:
                    self._server.login(unquote(self._url.username), unquote(self._url.password or ""))
            except (smtplib.SMTPException, OSError) as error:
                # Wrong credentials are ours to mend, never a reason to give up somebody's mail.
                self._hang_up()
                raise Unreachable(f"The server cannot be reached: {type(error).__name__}") from error
        return self._server

    def _dial(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port
        # Our own name in its greeting; smtplib would ask a name server for it, which may take long.
        ours = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, ours, timeout=TIMEOUT, context=ssl.create_default_context())
        server = smtplib.SMTP(host, port or 587, ours, timeout=TIMEOUT)
        if self._url.scheme == "smtp+starttls":
            self._server = server
            server.starttls(context=ssl.create_default_context())
        return server

    def _hang_up(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()


class ByProvider:
    """Requests to a provider, one for each mail."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._provider.close()

    def send(self, effect: Effect, to: str, body: bytes) -> None:
        """Hand a mail to the provider; one of which nobody knows is sent again, like one to a server that hung up.

        :raises TransportFailed: if this mail was not accepted.
        :raises Unreachable: if the provider is away, or does not let us send at all.
        """
        answer = self._provider.hand_over(body)
        if answer.said in {Said.SHUT, Said.TOO_MANY}:
            raise Unreachable(f"The provider takes no mail: {answer.words}.")
        if answer.said != Said.TAKEN:
            reason = f"The provider did not take the mail: {answer.words}."
            raise TransportFailed(reason, permanent=answer.said == Said.NEVER)
