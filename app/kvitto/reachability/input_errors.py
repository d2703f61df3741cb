"""What can be wrong with an address or a tunnel that the user typed."""

from enum import StrEnum
from typing import ClassVar

from kvitto.problem import ProblemError


class InputFault(StrEnum):
    """Why what was typed can't be used; in words in `ui/reachability/input_fault_text.py`."""

    ADDRESS_MISSING = "address_missing"
    ADDRESS_TOO_LONG = "address_too_long"
    ADDRESS_HAS_SPACE = "address_has_space"
    ADDRESS_CHARACTERS = "address_characters"
    SCHEME = "scheme"
    CREDENTIALS = "credentials"
    PORT = "port"
    HOST_MISSING = "host_missing"
    NOT_AN_IP_ADDRESS = "not_an_ip_address"
    OWN_NAME = "own_name"
    SCHEME_SLASHES = "scheme_slashes"
    SCHEME_TWICE = "scheme_twice"
    NOT_A_URL = "not_a_url"
    NOT_A_HOST = "not_a_host"
    HOST_ENDS_WITH_DOT = "host_ends_with_dot"
    HOST_PART_MISSING = "host_part_missing"
    HOST_TOO_LONG = "host_too_long"
    HOST_CHARACTERS = "host_characters"
    QUERY = "query"
    TWO_SLASHES = "two_slashes"
    PATH_CHARACTERS = "path_characters"
    ADDRESS_ENDS_WITH_DOT = "address_ends_with_dot"
    TUNNEL_NAME_MISSING = "tunnel_name_missing"
    TUNNEL_NAME_CHARACTERS = "tunnel_name_characters"
    NO_PROGRAM = "no_program"
    SERVER_MISSING = "server_missing"
    SERVER_SLASHES = "server_slashes"
    SERVER_USER = "server_user"
    SERVER_PORT = "server_port"
    NOT_A_SERVER = "not_a_server"
    REMOTE_PORT = "remote_port"
    NGROK_DOMAIN = "ngrok_domain"


class InputError(ProblemError):
    """What was typed can't be used."""

    fault: InputFault
    english: ClassVar[str] = "It can't be used: {fault}."


class PublicUrlError(InputError):
    """It is not a URL that reports can be sent to."""


class TunnelConfigError(InputError):
    """The tunnel can't be started like this."""
