"""What a system administrator can set: typed, read once from environment variables.

Nothing here imports Django, so the supervisor can refuse a bad value before it starts anything.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from groundswell.config.providers import Provider, understand


class BadSetting(ValueError):
    """A value that cannot be used; its text is one plain sentence for the person who set it."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The settings of one installation; each is an option and a ``GROUNDSWELL_…`` variable of its name."""

    data: Path = field(default_factory=lambda: Path("data").absolute())
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    database: str = ""
    database_owner: str = ""
    smtp: str = ""
    mail_provider: str = ""
    mail_from: str = ""
    bounces: str = ""
    bounces_mailbox: str = ""
    smtp_connections: int = 8
    mail_per_hour: int = 0
    mail_per_hour_to: tuple[str, ...] = ()
    mail_warm_up: str = ""
    mail_per_week: int = 5
    quiet_hours: str = ""
    proxies: tuple[str, ...] = ()
    front: bool = True
    demo: bool = False

    @property
    def on_postgresql(self) -> bool:
        return bool(self.database)

    @property
    def owned(self) -> "Environment":
        """The same for what the owner of the tables does, and nobody else may: migrate, back up, restore."""
        return replace(self, database=self.database_owner or self.database, database_owner="")

    @property
    def in_use(self) -> "Environment":
        """The same for web and worker, which do not learn how the owner of the tables is reached."""
        return replace(self, database_owner="")

    @property
    def listens_everywhere(self) -> bool:
        """Whether it serves every address of the machine, without a public one that was named."""
        return self.host in {"0.0.0.0", "::"} and not self.base_url  # noqa: S104 (compared, not bound)

    @property
    def public_url(self) -> str:
        """The address that people see, without a slash at the end."""
        if self.base_url:
            return self.base_url
        # Every address of this machine is no address that a browser could open.
        host = "localhost" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def provider(self) -> Provider | None:
        """By whom mail is sent, where that is no SMTP server."""
        return understand(self.mail_provider) if self.mail_provider else None

    @property
    def sends_mail(self) -> bool:
        """Whether mail leaves the machine; else it is kept."""
        return bool(self.smtp or self.mail_provider)

    @property
    def sender(self) -> str:
        """The address that mail comes from."""
        return self.mail_from or f"groundswell@{urlsplit(self.public_url).hostname or 'localhost'}"

    def as_variables(self) -> dict[str, str]:
        """The same settings as environment variables, for a process that is started with them."""
        return {variable(name): _as_text(getattr(self, name)) for name in NAMES}


NAMES = tuple(each.name for each in fields(Environment))


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"GROUNDSWELL_{name.upper()}"


def option(name: str) -> str:
    """The command line's option of a setting."""
    return f"--{name.replace('_', '-')}"


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read the settings; an unset or empty variable means its default.

    :raises BadSetting: for the first value that cannot be used, and for combinations that must not be.
    """
    texts = {name: variables.get(variable(name), "").strip() for name in NAMES}
    values = {
        name: READERS[name](f"{option(name)} ({variable(name)})", text) for name, text in texts.items() if text
    }
    environment = Environment(**values)  # type: ignore[arg-type]
    if environment.database_owner and not environment.database:
        raise BadSetting(
            "--database-owner (GROUNDSWELL_DATABASE_OWNER) stands beside --database (GROUNDSWELL_DATABASE): "
            "name that as well."
        )
    if environment.smtp and environment.mail_provider:
        raise BadSetting(
            "Mail goes one way: leave out --smtp (GROUNDSWELL_SMTP) or "
            "--mail-provider (GROUNDSWELL_MAIL_PROVIDER)."
        )
    refuse_unsafe_demo(environment)
    return environment


def refuse_unsafe_demo(environment: Environment) -> None:
    """The demo names living people: it stays on this machine and sends nothing."""
    if environment.demo and environment.smtp:
        raise BadSetting("The demo never sends mail: leave out --smtp (GROUNDSWELL_SMTP) or --demo.")
    if environment.demo and environment.mail_provider:
        raise BadSetting(
            "The demo never sends mail: leave out --mail-provider (GROUNDSWELL_MAIL_PROVIDER) or --demo."
        )
    if environment.demo and environment.host not in LOOPBACK:
        raise BadSetting(
            f"The demo is only served to this machine: --host (GROUNDSWELL_HOST) must be one of "
            f"{', '.join(sorted(LOOPBACK))}, not {environment.host}."
        )
    address = urlsplit(environment.public_url).hostname or ""
    if environment.demo and address not in LOOPBACK and not address.endswith(".localhost"):
        raise BadSetting(
            f"The demo is only shown on this machine: leave out --base-url (GROUNDSWELL_BASE_URL) or --demo, "
            f"since {address} may be reached from elsewhere."
        )


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _path(name: str, value: str) -> Path:
    try:
        path = Path(value).expanduser().absolute()
    except RuntimeError:
        raise BadSetting(f"{name} must be a folder, and {value!r} names nobody's.") from None
    if "\0" in value:
        raise BadSetting(f"{name} must be the name of a folder, not {value!r}.")
    return path


def _host(name: str, value: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]+)*", value) and not _is_address(value):
        raise BadSetting(f"{name} must be a host name or an address such as 127.0.0.1, not {value!r}.")
    return value


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def _port(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value[:6]) > 65535:
        raise BadSetting(f"{name} must be a number up to 65535 (0 takes any free port), not {value!r}.")
    return int(value)


def _base_url(name: str, value: str) -> str:
    parts = _split(value)
    if (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not parts.hostname
        or not re.fullmatch(r"[0-9a-z.:_-]+", parts.hostname)
        or parts.username is not None
        or parts.query
        or parts.fragment
        or parts.path.strip("/")
    ):
        raise BadSetting(f"{name} must look like https://rally.example.org, not {value!r}.")
    return value.rstrip("/")


def _database(name: str, value: str) -> str:
    parts = _split(value)
    if parts is None or parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise BadSetting(
            f"{name} must look like postgresql://user:password@host/name (leave it out for SQLite), "
            f"not {without_password(value)!r}."
        )
    return value


def _smtp(name: str, value: str) -> str:
    parts = _split(value)
    if parts is None or parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise BadSetting(
            f"{name} must look like smtp://user:password@mail.example.org:587 "
            f"(or smtps://, smtp+starttls://), not {without_password(value)!r}."
        )
    return value


def _provider(name: str, value: str) -> str:
    try:
        understand(value)
    except ValueError as error:
        raise BadSetting(f"{name} {error}") from None
    return value


def _split(value: str) -> SplitResult | None:
    """The parts of a URL, or None where it is none or its port is no number."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts


def without_password(url: str) -> str:
    """The same address for a screen or a log: a password in it does not belong there."""
    return re.sub(r"(?<=:)[^:/@\s]*(?=@)", "***", url)


def _address(name: str, value: str) -> str:
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", value):
        raise BadSetting(f"{name} must be an e-mail address, not {value!r}.")
    return value


def _bounces(name: str, value: str) -> str:
    address = _address(name, value)
    if len(address.rpartition("@")[0]) > LONGEST_BOUNCES:
        raise BadSetting(
            f"{name} must have at most {LONGEST_BOUNCES} characters before the @, since each copy adds its own "
            f"to them, not {value!r}."
        )
    return address


def _mailbox(name: str, value: str) -> str:
    parts = _split(value)
    schemes = {"imap", "imaps", "imap+starttls"}
    well = parts is not None and parts.scheme in schemes and parts.hostname and parts.username and parts.password
    if not well or not re.fullmatch(r"/?[!#-\[\]-~]*", unquote(parts.path if parts else "")):
        raise BadSetting(
            f"{name} must look like imaps://user:password@mail.example.org/INBOX "
            f"(or imap+starttls://, imap://), not {without_password(value)!r}."
        )
    return value


LONGEST_BOUNCES = 19
"""Of the 64 characters of RFC 5321, 44 are the trace of a copy and one is the plus before it."""


def _networks(name: str, value: str) -> tuple[str, ...]:
    networks = tuple(part.strip() for part in value.split(",") if part.strip())
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise BadSetting(
                f"{name} must list addresses or networks such as 10.0.0.7,10.1.0.0/16, not {network!r}."
            ) from None
    return networks


def _switch(name: str, value: str) -> bool:
    if value.lower() not in {"on", "off"}:
        raise BadSetting(f"{name} must be on or off, not {value!r}.")
    return value.lower() == "on"


def _hours(name: str, value: str) -> str:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", value)
    hours = (int(found[1]), int(found[2])) if found else (24, 24)
    if max(hours) > 23 or hours[0] == hours[1]:
        raise BadSetting(f"{name} must be two hours of the clock such as 21-8, not {value!r}.")
    return value


def _date(name: str, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise BadSetting(f"{name} must be a day such as 2026-12-01, not {value!r}.") from None


def _count(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise BadSetting(f"{name} must be a number such as 8, not {value!r}.")
    return int(value)


def _allowances(name: str, value: str) -> tuple[str, ...]:
    """Domains, several of one provider joined by ``+``, and how many copies an hour: ``gmail.com=2000``."""
    each = tuple(part for part in re.sub(r"\s", "", value).lower().split(",") if part)
    domain = r"[^\s@=,+*.]+(\.[^\s@=,+*.]+)+"
    named: list[str] = []
    for part in each:
        if not re.fullmatch(rf"({domain}(\+{domain})*|\*)=[1-9][0-9]{{0,8}}", part):
            raise BadSetting(
                f"{name} must list domains and how many copies go there in an hour, such as "
                f"gmail.com+googlemail.com=2000,*=500, not {part!r}."
            )
        named += part.partition("=")[0].split("+")
    if twice := next((one for one in named if named.count(one) > 1), ""):
        raise BadSetting(f"{name} must name {twice!r} only once.")
    return each


READERS: dict[str, Callable[[str, str], object]] = {
    "data": _path,
    "host": _host,
    "port": _port,
    "base_url": _base_url,
    "database": _database,
    "database_owner": _database,
    "smtp": _smtp,
    "mail_provider": _provider,
    "mail_from": _address,
    "bounces": _bounces,
    "bounces_mailbox": _mailbox,
    "smtp_connections": _count,
    "mail_per_hour": _count,
    "mail_per_hour_to": _allowances,
    "mail_warm_up": _date,
    "mail_per_week": _count,
    "quiet_hours": _hours,
    "proxies": _networks,
    "front": _switch,
    "demo": _switch,
}
