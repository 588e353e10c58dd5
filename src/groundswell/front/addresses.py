"""Who is calling: the connecting address, or the one that a proxy named in the settings vouches for."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

Headers = Sequence[tuple[bytes, bytes]]


class Addresses:
    """Tells a request's address; ``proxies`` are the addresses and networks that may speak for others."""

    def __init__(self, proxies: Sequence[str]) -> None:
        networks = [ip_network(proxy) for proxy in proxies]

        @lru_cache(maxsize=4096)
        def is_proxy(address: str) -> bool:
            try:
                parsed = ip_address(address)
            except ValueError:
                return False
            return any(parsed in network for network in networks)

        self._is_proxy = is_proxy

    def of(self, scope: dict[str, Any], headers: Headers | None = None) -> str:
        """The address, an IPv6 one shortened to the 64 bits that one household has.

        Only what a named proxy added counts: the list is read from the right, and the first hop that is not
        a proxy is the caller; anything further left was written by the caller.
        """
        client = scope.get("client")
        address = client[0] if client else ""
        if self._is_proxy(address):
            hops = _forwarded(headers if headers is not None else scope["headers"])
            while hops:
                address = hops.pop()
                # Before the first one stands nobody, so it does not matter whether it is a proxy.
                if hops and not self._is_proxy(address):
                    break
        return shortened(address)


def _forwarded(headers: Headers) -> list[str]:
    hops: list[str] = []
    for name, value in headers:
        if name == b"x-forwarded-for":
            hops += [hop.strip() for hop in value.decode("latin-1").split(",")]
    return [hop for hop in hops if hop]


def shortened(address: str) -> str:
    """An address as limits count it: IPv4 whole, IPv6 by its first 64 bits, anything else as it is."""
    if ":" not in address:
        return address
    try:
        return str(ip_network(f"{address.partition('%')[0]}/64", strict=False).network_address)
    except ValueError:
        return address
