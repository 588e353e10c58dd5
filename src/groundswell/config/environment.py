"""What a system administrator can set: typed, read once from environment variables.

Nothing here imports Django, so the supervisor can refuse a bad value before it starts anything.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """A value that cannot be used; its text is one plain sentence for the person who set it."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The settings of one installation; every field has a ``GROUNDSWELL_`` variable of its name in capitals."""

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    database: str = ""
    smtp: str = ""
    mail_from: str = ""
    proxies: tuple[str, ...] = ()
    front: bool = True
    demo: bool = False

    @property
    def on_postgresql(self) -> bool:
        return bool(self.database)

    @property
    def public_url(self) -> str:
        """The address that people see, without a slash at the end."""
        if self.base_url:
            return self.base_url
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def sender(self) -> str:
        """The address that mail comes from."""
        return self.mail_from or f"groundswell@{urlsplit(self.public_url).hostname or 'localhost'}"

    def as_variables(self) -> dict[str, str]:
        """The same settings as environment variables, for a process that is started with them."""
        return {
            "GROUNDSWELL_DATA": str(self.data),
            "GROUNDSWELL_HOST": self.host,
            "GROUNDSWELL_PORT": str(self.port),
            "GROUNDSWELL_BASE_URL": self.base_url,
            "GROUNDSWELL_DATABASE": self.database,
            "GROUNDSWELL_SMTP": self.smtp,
            "GROUNDSWELL_MAIL_FROM": self.mail_from,
            "GROUNDSWELL_PROXIES": ",".join(self.proxies),
            "GROUNDSWELL_FRONT": "on" if self.front else "off",
            "GROUNDSWELL_DEMO": "on" if self.demo else "off",
        }


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read the settings; an unset or empty variable means its default.

    :raises BadSetting: for the first value that cannot be used, and for combinations that must not be.
    """
    values = {
        name: reader(f"GROUNDSWELL_{name.upper()}", variables[f"GROUNDSWELL_{name.upper()}"].strip())
        for name, reader in READERS.items()
        if variables.get(f"GROUNDSWELL_{name.upper()}", "").strip()
    }
    environment = Environment(**values)  # type: ignore[arg-type]
    refuse_unsafe_demo(environment)
    return environment


def refuse_unsafe_demo(environment: Environment) -> None:
    """The demo names living people: it stays on this machine and sends nothing."""
    if environment.demo and environment.smtp:
        raise BadSetting("The demo never sends mail: leave out --smtp (GROUNDSWELL_SMTP) or --demo.")
    if environment.demo and environment.host not in LOOPBACK:
        raise BadSetting(
            f"The demo is only served to this machine: --host (GROUNDSWELL_HOST) must be one of "
            f"{', '.join(sorted(LOOPBACK))}, not {environment.host}."
        )


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _path(_name: str, value: str) -> Path:
    return Path(value).expanduser().absolute()


def _host(name: str, value: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:_-]+", value):
        raise BadSetting(f"{name} must be a host name or an address such as 127.0.0.1, not {value!r}.")
    return value


def _port(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise BadSetting(f"{name} must be a number from 1 to 65535, not {value!r}.")
    return int(value)


def _base_url(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.path.strip("/"):
        raise BadSetting(f"{name} must look like https://rally.example.org, not {value!r}.")
    return value.rstrip("/")


def _database(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise BadSetting(
            f"{name} must look like postgresql://user:password@host/name (leave it out for SQLite), "
            f"not {value!r}."
        )
    return value


def _smtp(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise BadSetting(
            f"{name} must look like smtp://user:password@mail.example.org:587 "
            f"(or smtps://, smtp+starttls://), not {value!r}."
        )
    return value


def _address(name: str, value: str) -> str:
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", value):
        raise BadSetting(f"{name} must be an e-mail address, not {value!r}.")
    return value


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


READERS: dict[str, Callable[[str, str], object]] = {
    "data": _path,
    "host": _host,
    "port": _port,
    "base_url": _base_url,
    "database": _database,
    "smtp": _smtp,
    "mail_from": _address,
    "proxies": _networks,
    "front": _switch,
    "demo": _switch,
}
