"""From where a host can be reached."""

from ipaddress import ip_address

import pytest

from kvitto.reachability.host_scope import HostScope, address_of, scope_of, scope_of_address


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.255.0.3",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::127.0.0.1",
        "64:ff9b::127.0.0.1",
        "2002:7f00:1::",
        "localhost",
        "LocalHost",
        "kvitto.localhost",
        "localhost.localdomain",
        "ip6-localhost",
    ],
)
def test_what_means_each_computer_itself_is_told(host: str) -> None:
    assert scope_of(host) is HostScope.COMPUTER


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "10.1",
        "0x0a000001",
        "167772161",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.10",
        "0300.0250.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.7.7",
        "fd00::1",
        "fc00::1",
        "fe80::1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:c0a8:101::",
        "printer",
        "printer.local",
        "a.b.internal",
        "nas.lan",
        "nas.home.arpa",
        "nas.fritz.box",
        "intra.corp",
    ],
)
def test_what_this_network_alone_can_reach_is_told(host: str) -> None:
    assert scope_of(host) is HostScope.NETWORK


@pytest.mark.parametrize(
    "host",
    [
        "kvitto.example.net",
        "localhost.example.net",
        "internal.example.net",
        "10.example.net",
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "11.0.0.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
    ],
)
def test_everything_else_may_be_public(host: str) -> None:
    assert scope_of(host) is HostScope.PUBLIC


@pytest.mark.parametrize(
    "host",
    [
        *(
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.65536",
            "4294967296",
            "0x100000000",
            "08.1.1.1",
            "1.2.3.x.4",
        ),
        *("host.123", "224.0.0.1", "255.255.255.255", "ff02::1", ":", "::g"),
    ],
)
def test_a_number_that_is_no_hosts_address_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        scope_of(host)


def test_a_name_has_no_address_of_its_own() -> None:
    assert address_of("a.example.net") is None
    assert address_of("0x7f.1") == ip_address("127.0.0.1")
    assert scope_of_address(ip_address("fd00::1")) is HostScope.NETWORK
