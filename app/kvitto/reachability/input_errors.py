"""What can be wrong with an address or a tunnel that the user typed."""

from enum import StrEnum
from typing import Final

from typing_extensions import override

from kvitto.core.translatable import translatable
from kvitto.problem import ProblemError


class InputFault(StrEnum):
    """Why what was typed can't be used; its sentence is in `_SENTENCES`."""

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


_SENTENCES: Final = {
    InputFault.ADDRESS_MISSING: translatable(
        "Errors",
        "The address is missing.",
    ),
    InputFault.ADDRESS_TOO_LONG: translatable(
        "Errors",
        "The address is too long for a URL.",
    ),
    InputFault.ADDRESS_HAS_SPACE: translatable(
        "Errors",
        "The address has a space or a line break in it.",
    ),
    InputFault.ADDRESS_CHARACTERS: translatable(
        "Errors",
        "The address has characters in it that no URL has.",
    ),
    InputFault.SCHEME: translatable(
        "Errors",
        "A public address begins with https:// or http://.",
    ),
    InputFault.CREDENTIALS: translatable(
        "Errors",
        "An address with a name or a password in it is not public.",
    ),
    InputFault.PORT: translatable(
        "Errors",
        "The port is not a number from 1 to 65535.",
    ),
    InputFault.HOST_MISSING: translatable(
        "Errors",
        "The address has no host: it begins with https:// and a name.",
    ),
    InputFault.NOT_AN_IP_ADDRESS: translatable(
        "Errors",
        "That number is not the address of a computer.",
    ),
    InputFault.OWN_NAME: translatable(
        "Errors",
        "That is this computer's own name for itself: nobody outside finds it by that. "
        "Give the address of a tunnel or a server that leads here.",
    ),
    InputFault.SCHEME_SLASHES: translatable(
        "Errors",
        "After https come a colon and two slashes, as in https://example.net.",
    ),
    InputFault.SCHEME_TWICE: translatable(
        "Errors",
        "The address begins twice with https://.",
    ),
    InputFault.NOT_A_URL: translatable(
        "Errors",
        "That is not a URL.",
    ),
    InputFault.NOT_A_HOST: translatable(
        "Errors",
        "That is not the name of a host.",
    ),
    InputFault.HOST_ENDS_WITH_DOT: translatable(
        "Errors",
        "There is a dot at the end of the host: leave it out.",
    ),
    InputFault.HOST_PART_MISSING: translatable(
        "Errors",
        "A part of the host's name is missing between two dots.",
    ),
    InputFault.HOST_TOO_LONG: translatable(
        "Errors",
        "The host's name is too long: 63 characters between two dots, 253 in all.",
    ),
    InputFault.HOST_CHARACTERS: translatable(
        "Errors",
        "A host's name has letters, digits and hyphens only, and dots between its parts.",
    ),
    InputFault.QUERY: translatable(
        "Errors",
        "A public address has no ? and no # in it.",
    ),
    InputFault.TWO_SLASHES: translatable(
        "Errors",
        "There are two slashes in a row in the address.",
    ),
    InputFault.PATH_CHARACTERS: translatable(
        "Errors",
        "What follows the host has characters in it that don't belong there.",
    ),
    InputFault.ADDRESS_ENDS_WITH_DOT: translatable(
        "Errors",
        "There is a dot at the end of the address: leave it out.",
    ),
    InputFault.TUNNEL_NAME_MISSING: translatable(
        "Errors",
        "The tunnel's name and its public address are needed.",
    ),
    InputFault.TUNNEL_NAME_CHARACTERS: translatable(
        "Errors",
        "A tunnel's name has letters, digits, hyphens, dots and underscores only.",
    ),
    InputFault.NO_PROGRAM: translatable(
        "Errors",
        "An address that was typed has no program that could be started.",
    ),
    InputFault.SERVER_MISSING: translatable(
        "Errors",
        "The server to log in to is missing.",
    ),
    InputFault.SERVER_SLASHES: translatable(
        "Errors",
        "Write the server as me@server.example.net: without ssh:// and slashes.",
    ),
    InputFault.SERVER_USER: translatable(
        "Errors",
        "What stands before the @ is not a user's name.",
    ),
    InputFault.SERVER_PORT: translatable(
        "Errors",
        "Write the server without a port. One other than 22 goes into your ssh settings, "
        "in ~/.ssh/config.",
    ),
    InputFault.NOT_A_SERVER: translatable(
        "Errors",
        "That is not the name of a server.",
    ),
    InputFault.REMOTE_PORT: translatable(
        "Errors",
        "The port there is a number from 1 to 65535, or an address and a number.",
    ),
    InputFault.NGROK_DOMAIN: translatable(
        "Errors",
        "A domain at ngrok is a name with dots in it, as in kvitto.ngrok.app.",
    ),
}


class InputError(ProblemError):
    """What was typed can't be used: the sentence says what is wrong, and often how it is right."""

    fault: InputFault

    @override
    def template(self) -> str:
        return _SENTENCES[self.fault]


class PublicUrlError(InputError):
    """It is not a URL that reports can be sent to."""


class TunnelConfigError(InputError):
    """The tunnel can't be started like this."""
