"""Why what was typed for an address or a tunnel can't be used, in the reader's language."""

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from kvitto.reachability.input_errors import InputFault


def input_fault_text(fault: InputFault) -> str:  # noqa: C901 - one match
    """Return a sentence that says what is wrong, and often how it is right."""
    translate = QCoreApplication.translate
    match fault:
        case InputFault.ADDRESS_MISSING:
            return translate(
                "Errors",
                "The address is missing.",
            )
        case InputFault.ADDRESS_TOO_LONG:
            return translate(
                "Errors",
                "The address is too long for a URL.",
            )
        case InputFault.ADDRESS_HAS_SPACE:
            return translate(
                "Errors",
                "The address has a space or a line break in it.",
            )
        case InputFault.ADDRESS_CHARACTERS:
            return translate(
                "Errors",
                "The address has characters in it that no URL has.",
            )
        case InputFault.SCHEME:
            return translate(
                "Errors",
                "A public address begins with https:// or http://.",
            )
        case InputFault.CREDENTIALS:
            return translate(
                "Errors",
                "An address with a name or a password in it is not public.",
            )
        case InputFault.PORT:
            return translate(
                "Errors",
                "The port is not a number from 1 to 65535.",
            )
        case InputFault.HOST_MISSING:
            return translate(
                "Errors",
                "The address has no host: it begins with https:// and a name.",
            )
        case InputFault.NOT_AN_IP_ADDRESS:
            return translate(
                "Errors",
                "That number is not the address of a computer.",
            )
        case InputFault.OWN_NAME:
            return translate(
                "Errors",
                "That is this computer's own name for itself: nobody outside finds it by that. "
                "Give the address of a tunnel or a server that leads here.",
            )
        case InputFault.SCHEME_SLASHES:
            return translate(
                "Errors",
                "After https come a colon and two slashes, as in https://example.net.",
            )
        case InputFault.SCHEME_TWICE:
            return translate(
                "Errors",
                "The address begins twice with https://.",
            )
        case InputFault.NOT_A_URL:
            return translate(
                "Errors",
                "That is not a URL.",
            )
        case InputFault.NOT_A_HOST:
            return translate(
                "Errors",
                "That is not the name of a host.",
            )
        case InputFault.HOST_ENDS_WITH_DOT:
            return translate(
                "Errors",
                "There is a dot at the end of the host: leave it out.",
            )
        case InputFault.HOST_PART_MISSING:
            return translate(
                "Errors",
                "A part of the host's name is missing between two dots.",
            )
        case InputFault.HOST_TOO_LONG:
            return translate(
                "Errors",
                "The host's name is too long: 63 characters between two dots, 253 in all.",
            )
        case InputFault.HOST_CHARACTERS:
            return translate(
                "Errors",
                "A host's name has letters, digits and hyphens only, and dots between its parts.",
            )
        case InputFault.QUERY:
            return translate(
                "Errors",
                "A public address has no ? and no # in it.",
            )
        case InputFault.TWO_SLASHES:
            return translate(
                "Errors",
                "There are two slashes in a row in the address.",
            )
        case InputFault.PATH_CHARACTERS:
            return translate(
                "Errors",
                "What follows the host has characters in it that don't belong there.",
            )
        case InputFault.ADDRESS_ENDS_WITH_DOT:
            return translate(
                "Errors",
                "There is a dot at the end of the address: leave it out.",
            )
        case InputFault.TUNNEL_NAME_MISSING:
            return translate(
                "Errors",
                "The tunnel's name and its public address are needed.",
            )
        case InputFault.TUNNEL_NAME_CHARACTERS:
            return translate(
                "Errors",
                "A tunnel's name has letters, digits, hyphens, dots and underscores only.",
            )
        case InputFault.NO_PROGRAM:
            return translate(
                "Errors",
                "An address that was typed has no program that could be started.",
            )
        case InputFault.SERVER_MISSING:
            return translate(
                "Errors",
                "The server to log in to is missing.",
            )
        case InputFault.SERVER_SLASHES:
            return translate(
                "Errors",
                "Write the server as me@server.example.net: without ssh:// and slashes.",
            )
        case InputFault.SERVER_USER:
            return translate(
                "Errors",
                "What stands before the @ is not a user's name.",
            )
        case InputFault.SERVER_PORT:
            return translate(
                "Errors",
                "Write the server without a port. One other than 22 goes into your ssh settings, "
                "in ~/.ssh/config.",
            )
        case InputFault.NOT_A_SERVER:
            return translate(
                "Errors",
                "That is not the name of a server.",
            )
        case InputFault.REMOTE_PORT:
            return translate(
                "Errors",
                "The port there is a number from 1 to 65535, or an address and a number.",
            )
        case InputFault.NGROK_DOMAIN:
            return translate(
                "Errors",
                "A domain at ngrok is a name with dots in it, as in kvitto.ngrok.app.",
            )
        case _:
            assert_never(fault)
