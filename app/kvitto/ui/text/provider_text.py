"""Texts of the tunnel providers: their names, and the fields that each needs."""

from datetime import datetime
from typing import NamedTuple, assert_never

from PySide6.QtCore import QCoreApplication

from kvitto.reachability.reachability_status import TunnelStage, TunnelState
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.ui.text import formatting


class Need(NamedTuple):
    """A field of a tunnel's configuration.

    Attributes:
        label: what is asked for.
        example: shown in the empty field.
        is_optional: whether it works without.
    """

    label: str
    example: str
    is_optional: bool = False


class Needs(NamedTuple):
    """The fields of a `TunnelConfig` that a kind has; None for those it has not."""

    name: Need | None = None
    remote: Need | None = None
    url: Need | None = None


def program_name(kind: TunnelProvider) -> str:
    """Return what the program behind a tunnel is called; "" for one that is not known."""
    match kind:
        case TunnelProvider.CLOUDFLARED_QUICK | TunnelProvider.CLOUDFLARED_NAMED:
            return "cloudflared"
        case TunnelProvider.NGROK:
            return "ngrok"
        case TunnelProvider.TAILSCALE:
            return "Tailscale"
        case TunnelProvider.SSH:
            return "ssh"
        case TunnelProvider.OTHER:
            return ""
    assert_never(kind)


def kind_text(kind: TunnelProvider) -> str:
    """Return what a tunnel is called in a list of them."""
    match kind:
        case TunnelProvider.CLOUDFLARED_QUICK:
            return QCoreApplication.translate("ProviderText", "cloudflared, quick tunnel")
        case TunnelProvider.CLOUDFLARED_NAMED:
            return QCoreApplication.translate("ProviderText", "cloudflared, named tunnel")
        case TunnelProvider.NGROK:
            return "ngrok"
        case TunnelProvider.TAILSCALE:
            return "Tailscale Funnel"
        case TunnelProvider.SSH:
            return QCoreApplication.translate("ProviderText", "ssh -R to a server of your own")
        case TunnelProvider.OTHER:
            return QCoreApplication.translate("ProviderText", "another address")
    assert_never(kind)


def needs_of(kind: TunnelProvider) -> Needs:
    """Return the fields that a tunnel needs before it can be started."""
    address = Need(
        QCoreApplication.translate("ProviderText", "Its public address"),
        "https://kvitto.example.net",
    )
    match kind:
        case TunnelProvider.CLOUDFLARED_NAMED:
            return Needs(
                name=Need(
                    QCoreApplication.translate("ProviderText", "The tunnel's name"), "kvitto"
                ),
                url=address,
            )
        case TunnelProvider.NGROK:
            domain = QCoreApplication.translate("ProviderText", "Your domain, if you have one")
            return Needs(name=Need(domain, "kvitto.ngrok.app", is_optional=True))
        case TunnelProvider.SSH:
            port = QCoreApplication.translate("ProviderText", "Its port there, if not any")
            return Needs(
                name=Need(
                    QCoreApplication.translate("ProviderText", "The server"),
                    "me@server.example.net",
                ),
                remote=Need(port, "8370", is_optional=True),
                url=address._replace(is_optional=True),
            )
        case TunnelProvider.CLOUDFLARED_QUICK | TunnelProvider.TAILSCALE | TunnelProvider.OTHER:
            return Needs()
    assert_never(kind)


def tunnel_text(tunnel: TunnelState, now: datetime) -> str:
    """Return how far a tunnel is that we run, a sentence."""
    return _tunnel_text(tunnel).format(
        program=program_name(tunnel.config.kind),
        url=tunnel.url,
        code=tunnel.exit_code,
        time=formatting.duration(_wait_s(tunnel, now)),
    )


def _tunnel_text(tunnel: TunnelState) -> str:
    match tunnel.stage:
        case TunnelStage.STARTING:
            return QCoreApplication.translate("ProviderText", "{program} is starting.")
        case TunnelStage.UP:
            return QCoreApplication.translate("ProviderText", "{program} is running: {url}")
        case TunnelStage.WAITING if tunnel.exit_code is not None:
            return QCoreApplication.translate(
                "ProviderText",
                "{program} has ended, exit code {code}. It is started again in {time}.",
            )
        case TunnelStage.WAITING:
            return QCoreApplication.translate(
                "ProviderText", "{program} has ended. It is started again in {time}."
            )
        case TunnelStage.MISSING:
            return QCoreApplication.translate(
                "ProviderText",
                "{program} can't be started. If it is not installed, install it, or use another "
                "tunnel.",
            )
        case TunnelStage.STOPPED:
            return QCoreApplication.translate("ProviderText", "{program} is stopped.")
    assert_never(tunnel.stage)


def _wait_s(tunnel: TunnelState, now: datetime) -> float:
    if tunnel.retry_at is None:
        return 0.0
    return max(0.0, (tunnel.retry_at - now).total_seconds())
