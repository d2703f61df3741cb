"""Whose network a host belongs to: the internet's, this network's, or this computer's alone.

Nothing is asked here: a name is judged as it is written, and an address by the registries of IANA
(special-purpose addresses, and RFC 6761, 6762, 8375 for names).
"""

import re
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address


class HostScope(StrEnum):
    """From where a host can be reached."""

    PUBLIC = "public"
    """From anywhere, as far as its name or address tells."""
    NETWORK = "network"
    """From this network only."""
    COMPUTER = "computer"
    """From this computer only: each computer means itself by it."""


_NETWORKS_V4: Final = tuple(
    map(
        IPv4Network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
    )
)
_NETWORKS_V6: Final = tuple(map(IPv6Network, ("fc00::/7", "fe80::/10", "fec0::/10")))
_COMPUTER_V4: Final = tuple(map(IPv4Network, ("127.0.0.0/8", "0.0.0.0/8")))
_COMPUTER_V6: Final = tuple(map(IPv6Network, ("::1/128", "::/128")))
_NOBODYS_V4: Final = tuple(map(IPv4Network, ("224.0.0.0/4", "240.0.0.0/4")))
_NOBODYS_V6: Final = (IPv6Network("ff00::/8"),)

# Addresses of IPv6 that contain one of IPv4: mapped, compatible, translated, 6to4.
_LOW_32_BITS: Final = tuple(map(IPv6Network, ("::ffff:0:0/96", "::/96", "64:ff9b::/96")))
_SIX_TO_FOUR: Final = IPv6Network("2002::/16")

_COMPUTER_NAMES: Final = frozenset(
    {
        *("localhost", "localhost6", "localhost4", "ip6-localhost", "ip6-loopback", "loopback"),
        *("localhost.localdomain", "localhost4.localdomain4", "localhost6.localdomain6"),
        "broadcasthost",
    }
)
_NETWORK_ENDINGS: Final = (
    *("local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private"),
    *("home.arpa", "fritz.box", "onion"),
)
_NUMBER: Final = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)


def address_of(host: str) -> Address | None:
    """Return the address that a host is written as; None for a name.

    Numbers are read as programs that fetch URLs read them: with fewer than four parts, and in
    hexadecimal or octal too.

    Raises:
        ValueError: it is a number, and no address.
    """
    if ":" in host:
        return ip_address(host)
    parts = host.split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return None
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise ValueError(host)
    numbers = [_number(part) for part in parts]
    last_limit = 256 ** (5 - len(parts))
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= last_limit:
        raise ValueError(host)
    whole = numbers[-1]
    for place, number in enumerate(numbers[:-1]):
        whole += number * 256 ** (3 - place)
    return IPv4Address(whole)


def scope_of_address(address: Address) -> HostScope:
    """Return from where an address can be reached.

    Raises:
        ValueError: it is nobody's: a group's, or one that is not given out.
    """
    inner = _inner_v4(address)
    if isinstance(inner, IPv4Address):
        return _scope(
            any(inner in one for one in _COMPUTER_V4),
            any(inner in one for one in _NETWORKS_V4),
            any(inner in one for one in _NOBODYS_V4),
        )
    return _scope(
        any(inner in one for one in _COMPUTER_V6),
        any(inner in one for one in _NETWORKS_V6),
        any(inner in one for one in _NOBODYS_V6),
    )


def scope_of(host: str) -> HostScope:
    """Return from where a host can be reached, as far as its name or address tells.

    Args:
        host: a name in ASCII, or an address without brackets.

    Raises:
        ValueError: it is a number, and no host's address.
    """
    host = host.lower()
    address = address_of(host)
    if address is not None:
        return scope_of_address(address)
    if host in _COMPUTER_NAMES or host.endswith(".localhost"):
        return HostScope.COMPUTER
    is_of_network = "." not in host or any(host.endswith(f".{one}") for one in _NETWORK_ENDINGS)
    return HostScope.NETWORK if is_of_network else HostScope.PUBLIC


def _inner_v4(address: Address) -> Address:
    """Return the address of IPv4 that one of IPv6 contains; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in one for one in _COMPUTER_V6):
        return address
    if any(address in one for one in _LOW_32_BITS):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFF_FFFF)
    return address


def _scope(is_computers: bool, is_networks: bool, is_nobodys: bool) -> HostScope:
    if is_nobodys:
        raise ValueError
    if is_computers:
        return HostScope.COMPUTER
    return HostScope.NETWORK if is_networks else HostScope.PUBLIC


def _number(text: str) -> int:
    if text[:2] in {"0x", "0X"}:
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") and len(text) > 1 else int(text)
