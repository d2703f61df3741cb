"""What is wrong with the way in, in words: what happened, and what to do about it."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from kvitto.reachability.failures import CheckFailure


@dataclass(frozen=True)
class Way:
    """The way in, as far as the words need it.

    Attributes:
        host: the name in the public URL.
        port: the port on which Kvitto listens.
        program: the tunnel's program; "" where that is not known.
        place: where requests are sent on to, or the proxy of this computer; "" for neither.
    """

    host: str
    port: int
    program: str = ""
    place: str = ""


class _Words(NamedTuple):
    word: object
    sentence: object
    advice: object


_FAULTS: Final[dict[CheckFailure, _Words]] = {
    CheckFailure.NO_NETWORK: _Words(
        QT_TRANSLATE_NOOP("Faults", "no network"),
        QT_TRANSLATE_NOOP(
            "Faults", "This computer has no network. Whether reports come in is not known."
        ),
        QT_TRANSLATE_NOOP("Faults", "Connect it; Kvitto notices by itself."),
    ),
    CheckFailure.OWN_DNS: _Words(
        QT_TRANSLATE_NOOP("Faults", "no names are found"),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Kvitto can't test from this computer: it finds no names at all, neither {host} nor "
            "others. Whether reports come in is not known.",
        ),
        QT_TRANSLATE_NOOP(
            "Faults", "Look at this computer's network and its DNS settings, or ask IT."
        ),
    ),
    CheckFailure.OWN_PROXY: _Words(
        QT_TRANSLATE_NOOP("Faults", "our proxy stops the test"),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Kvitto can't test from this computer: the proxy {place}, which it is set to use, "
            "does not let the test out. Whether reports come in is not known.",
        ),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Ask IT to let POST requests to {host} pass, or look at this computer's proxy "
            "settings: http:// proxies can be used. The tunnel may work all the same.",
        ),
    ),
    CheckFailure.NETWORK_LOGIN: _Words(
        QT_TRANSLATE_NOOP("Faults", "this network wants a login"),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Kvitto can't test from this computer: its network wants a login first. Whether "
            "reports come in is not known.",
        ),
        QT_TRANSLATE_NOOP("Faults", "Open any page in a browser, and log in to the network."),
    ),
    CheckFailure.TEST_FAILED: _Words(
        QT_TRANSLATE_NOOP("Faults", "the test failed: see the log"),
        QT_TRANSLATE_NOOP(
            "Faults",
            "The test could not be made on this computer. Whether reports come in is not known.",
        ),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Kvitto tries again by itself. If it goes on, the log tells more: a firewall on this "
            "computer, too many open files, or a mistake in Kvitto.",
        ),
    ),
    CheckFailure.DNS: _Words(
        QT_TRANSLATE_NOOP("Faults", "name not found"),
        QT_TRANSLATE_NOOP("Faults", "The name {host} can't be found."),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Look for a typing mistake in the address. The name of a quick tunnel ends with the "
            "tunnel: start it again, and give the sender the new address.",
        ),
    ),
    CheckFailure.TLS: _Words(
        QT_TRANSLATE_NOOP("Faults", "no secure connection"),
        QT_TRANSLATE_NOOP(
            "Faults",
            "There is no secure connection to {host}: its certificate is not valid, or it speaks "
            "no HTTPS.",
        ),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Renew the certificate there, and look whether this computer's clock is right. The "
            "sender refuses such a certificate, too.",
        ),
    ),
    CheckFailure.TUNNEL_DOWN: _Words(
        QT_TRANSLATE_NOOP("Faults", "the tunnel is down"),
        QT_TRANSLATE_NOOP("Faults", "The tunnel is down: nothing is connected to {host}."),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Start {program} again. If it gets another address, batches that were sent with this "
            "one don't find it.",
        ),
    ),
    CheckFailure.WRONG_PORT: _Words(
        QT_TRANSLATE_NOOP("Faults", "the tunnel leads nowhere"),
        QT_TRANSLATE_NOOP("Faults", "The tunnel is up, but nothing listens where it leads."),
        QT_TRANSLATE_NOOP(
            "Faults", "Let it lead to port {port} of this computer: Kvitto listens there."
        ),
    ),
    CheckFailure.OTHER_PROGRAM: _Words(
        QT_TRANSLATE_NOOP("Faults", "another program answers"),
        QT_TRANSLATE_NOOP("Faults", "Another program answers at {host}, or another Kvitto."),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Let the tunnel lead to port {port} of this computer, or choose the address that does.",
        ),
    ),
    CheckFailure.PAGE_IN_THE_WAY: _Words(
        QT_TRANSLATE_NOOP("Faults", "a page is in the way"),
        QT_TRANSLATE_NOOP("Faults", "A page that wants a login or a click stands in the way."),
        QT_TRANSLATE_NOOP(
            "Faults",
            "The sender can't click. Switch the page off in the tunnel's settings, at least for "
            "paths that begin with /r/. In a guest network, log in to it first.",
        ),
    ),
    CheckFailure.REDIRECTED: _Words(
        QT_TRANSLATE_NOOP("Faults", "redirects elsewhere"),
        QT_TRANSLATE_NOOP("Faults", "{host} redirects to {place}: use that address."),
        QT_TRANSLATE_NOOP(
            "Faults",
            "The SMS service does not follow a redirection. Choose the address that it leads to, "
            "or let the server take requests as they come.",
        ),
    ),
    CheckFailure.WRONG_KEY: _Words(
        QT_TRANSLATE_NOOP("Faults", "the secret is not valid"),
        QT_TRANSLATE_NOOP("Faults", "The address leads here, but its secret is not valid."),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Copy the address again for the next batch. If a server passes requests on, let it "
            "leave their path as it is.",
        ),
    ),
    CheckFailure.BODIES_DROPPED: _Words(
        QT_TRANSLATE_NOOP("Faults", "the tunnel drops bodies"),
        QT_TRANSLATE_NOOP(
            "Faults",
            "{host} leads here, but what passes requests on drops bodies: reports that come in "
            "empty can't be taken.",
        ),
        QT_TRANSLATE_NOOP(
            "Faults",
            "If cloudflared runs there, start it with --protocol http2, or let Kvitto start it. "
            "Otherwise let the tunnel or the server pass on requests without a Content-Length.",
        ),
    ),
    CheckFailure.REFUSED_AT_EDGE: _Words(
        QT_TRANSLATE_NOOP("Faults", "refused on the way"),
        QT_TRANSLATE_NOOP("Faults", "{host} refuses requests before they get here."),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Look for a rule, a limit or a blocked country in the settings of the tunnel or the "
            "server: POST requests to paths that begin with /r/ must pass.",
        ),
    ),
    CheckFailure.NO_ANSWER: _Words(
        QT_TRANSLATE_NOOP("Faults", "no answer"),
        QT_TRANSLATE_NOOP("Faults", "No answer comes from {host}."),
        QT_TRANSLATE_NOOP(
            "Faults",
            "Look whether the tunnel's program is still running, and whether a firewall is in "
            "between.",
        ),
    ),
}


def fault_word(fault: CheckFailure) -> str:
    """Return a fault in a few words, for the strip and for lists."""
    return QCoreApplication.translate("Faults", str(_FAULTS[fault].word))


def fault_sentence(fault: CheckFailure, way: Way) -> str:
    """Return what happened, a sentence."""
    return _fill(fault, _FAULTS[fault].sentence, way)


def fault_advice(fault: CheckFailure, way: Way) -> str:
    """Return what to do, a sentence or two."""
    return _fill(fault, _FAULTS[fault].advice, way)


def _fill(fault: CheckFailure, text: object, way: Way) -> str:
    program = way.program or QCoreApplication.translate("Faults", "the tunnel's program")
    place = way.place or _unknown_place(fault)
    return QCoreApplication.translate("Faults", str(text)).format(
        host=way.host, port=way.port, program=program, place=place
    )


def _unknown_place(fault: CheckFailure) -> str:
    if fault is CheckFailure.OWN_PROXY:
        return QCoreApplication.translate("Faults", "(its address can't be read)")
    return QCoreApplication.translate("Faults", "another address")
