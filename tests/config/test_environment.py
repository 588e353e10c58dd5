"""Settings: every bad value is refused with one plain sentence that names the option and the variable."""

from pathlib import Path

import pytest

from groundswell.config.environment import NAMES, READERS, BadSetting, Environment, read, without_password


def test_nothing_set_means_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environment = read({})
    assert environment == Environment(data=tmp_path / "data")
    assert environment.public_url == "http://127.0.0.1:8000"
    assert not environment.on_postgresql


def test_an_empty_variable_means_its_default() -> None:
    assert read({"GROUNDSWELL_PORT": " ", "GROUNDSWELL_SMTP": ""}) == read({})


def test_every_setting_has_a_reader() -> None:
    assert set(READERS) == set(NAMES)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "8000.5"),
        ("PORT", "٨٠٠٠"),
        ("PORT", "1" * 5000),
        ("HOST", "http://127.0.0.1"),
        ("HOST", "two words"),
        ("HOST", "a..b"),
        ("HOST", "::1::2"),
        ("BASE_URL", "rally.example.org"),
        ("BASE_URL", "https://rally.example.org/below"),
        ("BASE_URL", "https://rally.example.org/?a=b"),
        ("BASE_URL", "https://rally.example.org:port"),
        ("BASE_URL", "https://me:word@rally.example.org"),
        ("BASE_URL", "http://[broken"),
        ("BASE_URL", "https://exa mple.org"),
        ("DATABASE", "sqlite:///somewhere"),
        ("DATABASE", "postgresql://localhost"),
        ("DATABASE", "postgresql://localhost:x/name"),
        ("SMTP", "mail.example.org"),
        ("SMTP", "smtp://:25"),
        ("SMTP", "smtp://mail.example.org:99999"),
        ("MAIL_FROM", "not an address"),
        ("MAIL_FROM", "a@b@c"),
        ("BOUNCES", "not an address"),
        ("BOUNCES", f"{'b' * 20}@example.org"),
        ("BOUNCES_MAILBOX", "mail.example.org"),
        ("BOUNCES_MAILBOX", "imaps://mail.example.org/INBOX"),
        ("BOUNCES_MAILBOX", "pop3://me:word@mail.example.org"),
        ("BOUNCES_MAILBOX", 'imaps://me:word@mail.example.org/IN"BOX'),
        ("BOUNCES_MAILBOX", "imaps://me:word@mail.example.org/IN%0D%0ABOX"),
        ("MAIL_WARM_UP", "on"),
        ("MAIL_WARM_UP", "2026-02-30"),
        ("MAIL_PER_HOUR_TO", "gmail.com"),
        ("MAIL_PER_HOUR_TO", "gmail.com=0"),
        ("MAIL_PER_HOUR_TO", "gmail=5"),
        ("MAIL_PER_HOUR_TO", "*+gmail.com=5"),
        ("MAIL_PER_HOUR_TO", "ada@gmail.com=5"),
        ("MAIL_PER_HOUR_TO", "gmail.com=5,outlook.com+gmail.com=6"),
        ("PROXIES", "10.0.0.0/8,here"),
        ("PROXIES", "10.0.0.1/8"),
        ("FRONT", "maybe"),
        ("DEMO", "1"),
        ("DATA", "some\0where"),
        ("DATA", "~nobody-of-this-name/data"),
    ],
)
def test_a_bad_value_is_one_plain_sentence(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read({f"GROUNDSWELL_{name}": value})
    sentence = str(refused.value)
    assert sentence.startswith(f"--{name.lower().replace('_', '-')} (GROUNDSWELL_{name}) must ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


PROVIDERS_BADLY = [
    "pigeon api_key=SECRET",
    "SG.SECRET",
    "postmark",
    "postmark SECRET",
    "postmark server_token=",
    "postmark api_key=SECRET",
    "postmark server_token=SECRET colour=red",
    "postmark server_token=SECRET server_token=SECRET",
    "mailjet",
]


@pytest.mark.parametrize("value", PROVIDERS_BADLY)
def test_a_provider_that_cannot_be_used_is_one_plain_sentence_without_its_keys(value: str) -> None:
    test_a_bad_value_is_one_plain_sentence("MAIL_PROVIDER", value)
    with pytest.raises(BadSetting) as refused:
        read({"GROUNDSWELL_MAIL_PROVIDER": value})
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65535"),
        ("HOST", "::1"),
        ("HOST", "localhost"),
        ("BASE_URL", "https://rally.example.org"),
        ("BASE_URL", "http://[::1]:8000/"),
        ("DATABASE", "postgresql://me:pass%40word@db.example.org:5433/groundswell?sslmode=require"),
        ("DATABASE", "postgres:///groundswell?host=/run/postgresql"),
        ("SMTP", "smtp+starttls://me:word@mail.example.org:587"),
        ("MAIL_PROVIDER", "mailgun api_key=a=b sender_domain=mg.example.org"),
        ("PROXIES", "10.0.0.7, 2001:db8::/32"),
        ("QUIET_HOURS", "21-8"),
        ("MAIL_WARM_UP", "2026-12-01"),
        ("MAIL_PER_HOUR_TO", "Gmail.com + googlemail.com = 2000, *=500"),
        ("MAIL_PER_WEEK", "0"),
    ],
)
def test_a_good_value_is_taken_and_handed_on_as_it_was(name: str, value: str) -> None:
    environment = read({f"GROUNDSWELL_{name}": value})
    assert environment != read({}) or name == "PORT"
    assert read(environment.as_variables()) == environment


def test_all_settings_survive_being_handed_to_a_process(tmp_path: Path) -> None:
    environment = Environment(
        data=tmp_path,
        host="::1",
        port=8123,
        base_url="https://rally.example.org",
        database="postgresql://me@db.example.org/groundswell",
        database_owner="postgresql://owner@db.example.org/groundswell",
        mail_from="rally@example.org",
        bounces="bounces@example.org",
        bounces_mailbox="imaps://me:word@mail.example.org/INBOX",
        proxies=("10.0.0.7", "10.1.0.0/16"),
        front=False,
    )
    assert read(environment.as_variables()) == environment


def test_a_provider_shows_nobody_its_keys() -> None:
    provider = read({"GROUNDSWELL_MAIL_PROVIDER": "resend api_key=SECRET signing_secret=OTHER"}).provider
    assert provider
    assert "SECRET" not in repr(provider)
    assert provider.for_sending == {"api_key": "SECRET"}
    assert read({}).provider is None


def test_mail_goes_one_way() -> None:
    assert not read({}).sends_mail
    assert read({"GROUNDSWELL_SMTP": "smtp://h"}).sends_mail
    with pytest.raises(BadSetting, match="Mail goes one way"):
        read({"GROUNDSWELL_SMTP": "smtp://h", "GROUNDSWELL_MAIL_PROVIDER": "postmark server_token=x"})


def test_who_owns_the_tables_is_handed_to_nobody_else() -> None:
    web, owner = "postgresql://web@h/n", "postgresql://owner@h/n"
    environment = read({"GROUNDSWELL_DATABASE": web, "GROUNDSWELL_DATABASE_OWNER": owner})
    assert (environment.in_use.database, environment.in_use.database_owner) == (web, "")
    assert (environment.owned.database, environment.owned.database_owner) == (owner, "")
    alone = read({"GROUNDSWELL_DATABASE": web})
    assert alone.owned == alone.in_use == alone


def test_an_owner_alone_is_refused() -> None:
    with pytest.raises(BadSetting, match="name that as well"):
        read({"GROUNDSWELL_DATABASE_OWNER": "postgresql://owner@h/n"})


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "rally.example.org"])
def test_the_demo_stays_on_this_machine(host: str) -> None:
    with pytest.raises(BadSetting, match="only served to this machine"):
        read({"GROUNDSWELL_DEMO": "on", "GROUNDSWELL_HOST": host})


@pytest.mark.parametrize(
    "url", ["https://rally.example.org", "http://192.168.1.5:8000", "http://localhost.example.org"]
)
def test_the_demo_is_shown_to_nobody_else(url: str) -> None:
    with pytest.raises(BadSetting, match="only shown on this machine"):
        read({"GROUNDSWELL_DEMO": "on", "GROUNDSWELL_BASE_URL": url})


@pytest.mark.parametrize("url", ["http://localhost:9000", "https://demo.localhost", "http://[::1]:8000", ""])
def test_the_demo_may_have_another_name_on_this_machine(url: str) -> None:
    assert read({"GROUNDSWELL_DEMO": "on", "GROUNDSWELL_BASE_URL": url}).demo


def test_the_demo_sends_no_mail() -> None:
    with pytest.raises(BadSetting, match="never sends mail"):
        read({"GROUNDSWELL_DEMO": "on", "GROUNDSWELL_SMTP": "smtp://mail.example.org"})
    with pytest.raises(BadSetting, match="never sends mail"):
        read({"GROUNDSWELL_DEMO": "on", "GROUNDSWELL_MAIL_PROVIDER": "postmark server_token=x"})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("::1", "http://[::1]:8000"),
        ("0.0.0.0", "http://localhost:8000"),
        ("::", "http://localhost:8000"),
    ],
)
def test_the_public_address_can_be_opened_in_a_browser(host: str, url: str) -> None:
    assert Environment(host=host).public_url == url


def test_mail_comes_from_the_public_host_unless_told_otherwise() -> None:
    assert Environment(base_url="https://rally.example.org").sender == "groundswell@rally.example.org"
    assert Environment(mail_from="us@example.org").sender == "us@example.org"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@host/name", "postgresql://me:***@host/name"),
        ("postgresql://me@host/name", "postgresql://me@host/name"),
        ("", ""),
    ],
)
def test_a_password_is_not_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_a_password_is_not_shown_when_its_setting_is_refused() -> None:
    with pytest.raises(BadSetting) as refused:
        read({"GROUNDSWELL_DATABASE": "mysql://me:secret@host/name"})
    assert "secret" not in str(refused.value)
