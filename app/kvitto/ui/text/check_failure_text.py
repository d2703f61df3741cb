"""Text of a failed check: what happened, and what to do about it."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from kvitto.reachability.failures import CheckFailure


@dataclass(frozen=True)
class FailureContext:
    """What the texts of a failure name.

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


class _Texts(NamedTuple):
    word: object
    sentence: object
    advice: object


_FAILURES: Final[dict[CheckFailure, _Texts]] = {
    CheckFailure.NO_NETWORK: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "no network"),
        QT_TRANSLATE_NOOP(
            "FailureText", "This computer has no network. Whether reports come in is not known."
        ),
        QT_TRANSLATE_NOOP("FailureText", "Connect it; Kvitto notices by itself."),
    ),
    CheckFailure.OWN_DNS: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "no names are found"),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Kvitto can't test from this computer: it finds no names at all, neither {host} nor "
            "others. Whether reports come in is not known.",
        ),
        QT_TRANSLATE_NOOP(
            "FailureText", "Look at this computer's network and its DNS settings, or ask IT."
        ),
    ),
    CheckFailure.OWN_PROXY: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "our proxy stops the test"),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Kvitto can't test from this computer: the proxy {place}, which it is set to use, "
            "does not let the test out. Whether reports come in is not known.",
        ),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Ask IT to let POST requests to {host} pass, or look at this computer's proxy "
            "settings: http:// proxies can be used. The tunnel may work all the same.",
        ),
    ),
    CheckFailure.OWN_CERTIFICATES: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "no list of certificates"),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Kvitto can't test from this computer: its list of trusted certificates was not found, "
            "so that of {host} can't be checked. Whether reports come in is not known.",
        ),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Install the package ca-certificates, or let the variable SSL_CERT_FILE name the list. "
            "The tunnel may work all the same.",
        ),
    ),
    CheckFailure.NETWORK_LOGIN: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "this network wants a login"),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Kvitto can't test from this computer: its network wants a login first. Whether "
            "reports come in is not known.",
        ),
        QT_TRANSLATE_NOOP("FailureText", "Open any page in a browser, and log in to the network."),
    ),
    CheckFailure.TEST_FAILED: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "the test failed: see the log"),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "The test could not be made on this computer. Whether reports come in is not known.",
        ),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Kvitto tries again by itself. If it goes on, the log tells more: a firewall on this "
            "computer, too many open files, or a mistake in Kvitto.",
        ),
    ),
    CheckFailure.DNS: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "name not found"),
        QT_TRANSLATE_NOOP("FailureText", "The name {host} can't be found."),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Look for a typing mistake in the address. The name of a quick tunnel ends with the "
            "tunnel: start it again, and give the SMS service the new address.",
        ),
    ),
    CheckFailure.TLS: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "no secure connection"),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "There is no secure connection to {host}: its certificate is not valid, or it speaks "
            "no HTTPS.",
        ),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Renew the certificate there, and look whether this computer's clock is right. The SMS "
            "service refuses such a certificate, too.",
        ),
    ),
    CheckFailure.TUNNEL_DOWN: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "the tunnel is down"),
        QT_TRANSLATE_NOOP("FailureText", "The tunnel is down: nothing is connected to {host}."),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Start {program} again. If it gets another address, batches that were sent with this "
            "one don't find it.",
        ),
    ),
    CheckFailure.WRONG_PORT: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "the tunnel leads nowhere"),
        QT_TRANSLATE_NOOP("FailureText", "The tunnel is up, but nothing listens where it leads."),
        QT_TRANSLATE_NOOP(
            "FailureText", "Let it lead to port {port} of this computer: Kvitto listens there."
        ),
    ),
    CheckFailure.OTHER_PROGRAM: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "another program answers"),
        QT_TRANSLATE_NOOP("FailureText", "Another program answers at {host}, or another Kvitto."),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Let the tunnel lead to port {port} of this computer, or choose the address that does.",
        ),
    ),
    CheckFailure.PAGE_IN_THE_WAY: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "a page is in the way"),
        QT_TRANSLATE_NOOP("FailureText", "A page that wants a login or a click is in the way."),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "The SMS service can't click. Switch the page off in the tunnel's settings, at least "
            "for paths that begin with /r/. In a guest network, log in to it first.",
        ),
    ),
    CheckFailure.REDIRECTED: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "redirects elsewhere"),
        QT_TRANSLATE_NOOP("FailureText", "{host} redirects to {place}: use that address."),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "The SMS service does not follow a redirection. Choose the address that it leads to, "
            "or let the server take requests as they come.",
        ),
    ),
    CheckFailure.WRONG_KEY: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "the key is not valid"),
        QT_TRANSLATE_NOOP("FailureText", "The address leads here, but its key is not valid."),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Copy the address again for the next batch. If a server passes requests on, let it "
            "leave their path as it is.",
        ),
    ),
    CheckFailure.BODIES_DROPPED: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "the tunnel drops bodies"),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "{host} leads here, but what passes requests on drops bodies: reports that come in "
            "empty can't be taken.",
        ),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "If cloudflared runs there, start it with --protocol http2, or let Kvitto start it. "
            "Otherwise let the tunnel or the server pass on requests without a Content-Length.",
        ),
    ),
    CheckFailure.REFUSED_AT_EDGE: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "refused on the way"),
        QT_TRANSLATE_NOOP("FailureText", "{host} refuses requests before they get here."),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Look for a rule, a limit or a blocked country in the settings of the tunnel or the "
            "server: POST requests to paths that begin with /r/ must pass.",
        ),
    ),
    CheckFailure.NO_ANSWER: _Texts(
        QT_TRANSLATE_NOOP("FailureText", "no answer"),
        QT_TRANSLATE_NOOP("FailureText", "No answer comes from {host}."),
        QT_TRANSLATE_NOOP(
            "FailureText",
            "Look whether the tunnel's program is still running, and whether a firewall is in "
            "between.",
        ),
    ),
}


def known_failure(value: str) -> CheckFailure | None:
    """Return the failure that an outage names; None where this version does not know it."""
    return CheckFailure(value) if value in list(CheckFailure) else None


def failure_word(failure: CheckFailure) -> str:
    """Return a failure in a few words, for the status bar and for lists."""
    return QCoreApplication.translate("FailureText", str(_FAILURES[failure].word))


def failure_sentence(failure: CheckFailure, context: FailureContext) -> str:
    """Return what happened, a sentence."""
    return _fill(failure, _FAILURES[failure].sentence, context)


def failure_advice(failure: CheckFailure, context: FailureContext) -> str:
    """Return what to do, a sentence or two."""
    return _fill(failure, _FAILURES[failure].advice, context)


def _fill(failure: CheckFailure, text: object, context: FailureContext) -> str:
    program = context.program or QCoreApplication.translate("FailureText", "the tunnel's program")
    place = context.place or _unknown_place(failure)
    return QCoreApplication.translate("FailureText", str(text)).format(
        host=context.host, port=context.port, program=program, place=place
    )


def _unknown_place(failure: CheckFailure) -> str:
    if failure is CheckFailure.OWN_PROXY:
        return QCoreApplication.translate("FailureText", "(its address can't be read)")
    return QCoreApplication.translate("FailureText", "another address")
