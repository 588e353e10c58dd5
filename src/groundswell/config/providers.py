"""Mail by a provider instead of SMTP: which there are, by the names of django-anymail, and what each has to know.

Nothing here imports Django, so the supervisor can refuse what is wrong before it starts anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Options:
    """What a provider has to know, what it may be told, and by what its reports are signed."""

    needed: tuple[str, ...]
    may: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()

    @property
    def known(self) -> set[str]:
        return {*self.needed, *self.may, *self.reports}


_KEY, _TOKEN, _ELSEWHERE = ("api_key",), ("api_token",), ("api_url",)

PROVIDERS: Mapping[str, Options] = {
    "amazon-ses": Options(
        ("region_name",), ("aws_access_key_id", "aws_secret_access_key", "endpoint_url", "configuration_set_name")
    ),
    "brevo": Options(_KEY, _ELSEWHERE),
    "mailersend": Options(_TOKEN, _ELSEWHERE, ("signing_secret",)),
    "mailgun": Options(_KEY, ("sender_domain", *_ELSEWHERE), ("webhook_signing_key",)),
    "mailjet": Options((*_KEY, "secret_key"), _ELSEWHERE),
    "mailtrap": Options(_TOKEN, ("sandbox_id", *_ELSEWHERE)),
    "mandrill": Options(_KEY, _ELSEWHERE, ("webhook_key",)),
    "postal": Options((*_KEY, *_ELSEWHERE), (), ("webhook_key",)),
    "postmark": Options(("server_token",), _ELSEWHERE),
    "resend": Options(_KEY, _ELSEWHERE, ("signing_secret",)),
    "scaleway": Options(("secret_key", "project_id"), ("region", *_ELSEWHERE)),
    "sendgrid": Options(_KEY, _ELSEWHERE, ("tracking_webhook_verification_key",)),
    "sparkpost": Options(_KEY, ("subaccount", *_ELSEWHERE)),
    "unisender-go": Options((*_KEY, *_ELSEWHERE)),
}


@dataclass(frozen=True)
class Provider:
    """Who sends, and what it has to know: keys are in it, so nothing shows it."""

    name: str
    options: Mapping[str, str] = field(repr=False)

    @property
    def for_sending(self) -> dict[str, str]:
        """The options without those by which reports are checked."""
        ours = PROVIDERS[self.name].reports
        return {name: value for name, value in self.options.items() if name not in ours}


def understand(text: str) -> Provider:
    """The provider that a setting names: its name, and ``option=value`` for each option.

    :raises ValueError: with the rest of a sentence that begins with the setting's name; no value is in it.
    """
    name, *given = text.split()
    if name not in PROVIDERS:
        shown = repr(name) if re.fullmatch(r"[a-z-]{1,20}", name) else "what was given"
        raise ValueError(f"must begin with one of {', '.join(PROVIDERS)}, not with {shown}.")
    pairs = [one.partition("=") for one in given]
    if not all(option and value for option, _, value in pairs):
        raise ValueError(f"must look like {example(name)}: each option with a = and its value.")
    options = {option: value for option, _, value in pairs}
    missing = [option for option in PROVIDERS[name].needed if option not in options]
    if missing:
        raise ValueError(f"must say {_listed(missing)} of {name}, as in {example(name)}.")
    if len(pairs) > len(options) or not options.keys() <= PROVIDERS[name].known:
        raise ValueError(f"must say of {name} nothing but {_listed(sorted(PROVIDERS[name].known))}, each once.")
    return Provider(name, options)


def example(name: str) -> str:
    """How the setting for a provider looks."""
    return " ".join([name, *(f"{option}=…" for option in PROVIDERS[name].needed)])


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
