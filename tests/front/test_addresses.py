"""Who is calling: only a proxy that the settings name may say so for somebody else."""

import pytest

from groundswell.front.addresses import Addresses, shortened
from tests.front.asgi import scope_of

PROXIES = Addresses(["10.0.0.7", "192.168.0.0/16", "2001:db8:1::/48"])


def of(client: str, *forwarded: str) -> str:
    scope = scope_of("GET", "/", client=client)
    scope["headers"] += [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    return PROXIES.of(scope)  # type: ignore[arg-type]


def test_without_a_proxy_it_is_the_connecting_address() -> None:
    assert of("203.0.113.5") == "203.0.113.5"


def test_what_a_stranger_forwards_is_not_believed() -> None:
    assert of("203.0.113.5", "198.51.100.1") == "203.0.113.5"


@pytest.mark.parametrize("proxy", ["10.0.0.7", "192.168.3.4", "2001:db8:1::5"])
def test_a_named_proxy_is_believed(proxy: str) -> None:
    assert of(proxy, "198.51.100.1") == "198.51.100.1"


def test_of_a_list_only_what_the_last_named_proxy_added_counts() -> None:
    assert of("10.0.0.7", "6.6.6.6, 198.51.100.1") == "198.51.100.1"
    assert of("10.0.0.7", "6.6.6.6", "198.51.100.1") == "198.51.100.1"
    assert of("10.0.0.7", "6.6.6.6, 198.51.100.1, 192.168.1.1") == "198.51.100.1"
    assert of("10.0.0.7", "192.168.1.2, 192.168.1.1") == "192.168.1.2"


def test_a_proxy_that_says_nothing_is_the_caller_itself() -> None:
    assert of("10.0.0.7") == of("10.0.0.7", "", " , ") == "10.0.0.7"


def test_the_list_of_one_request_is_not_taken_for_anothers() -> None:
    assert [of("10.0.0.7", f"198.51.100.{n}") for n in range(3)] == [f"198.51.100.{n}" for n in range(3)]


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8:5:6:7:8:9:a", "2001:db8:5:6::"),
        ("2001:db8:5:6:ffff::1", "2001:db8:5:6::"),
        ("fe80::1%eth0", "fe80::"),
        ("not:an:address", "not:an:address"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_a_household_counts_as_one(address: str, short: str) -> None:
    assert shortened(address) == short


def test_nobody_in_particular_is_an_address_too() -> None:
    scope = scope_of("GET", "/")
    scope["client"] = None
    assert PROXIES.of(scope) == ""  # type: ignore[arg-type]
