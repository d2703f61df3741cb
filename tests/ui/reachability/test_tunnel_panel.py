"""The tunnel that Kvitto runs: ordered, watched, stopped."""

from datetime import timedelta

from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from kvitto.reachability.input_errors import InputFault
from kvitto.reachability.reachability_status import TunnelStage, TunnelState
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from kvitto.ui.reachability.tunnel_panel import TunnelPanel
from tests.store.arrivals import START
from tests.ui.settings.finding import button, field

QUICK = TunnelConfig(TunnelProvider.CLOUDFLARED_QUICK)
ALL = list(TunnelProvider)


def a_panel(
    qtbot: QtBot, installed: list[TunnelProvider] = ALL
) -> tuple[TunnelPanel, list[TunnelConfig]]:
    panel = TunnelPanel(installed, now=lambda: START)
    qtbot.addWidget(panel)
    panel.show()
    ordered: list[TunnelConfig] = []
    panel.start_requested.connect(ordered.append)
    return panel, ordered


def choose(panel: TunnelPanel, kind: TunnelProvider) -> None:
    box = panel.findChildren(QComboBox)[0]
    box.setCurrentIndex(box.findData(kind.value))


def test_a_quick_tunnel_needs_nothing_but_a_click(qtbot: QtBot) -> None:
    panel, ordered = a_panel(qtbot)

    choose(panel, TunnelProvider.CLOUDFLARED_QUICK)
    button(panel, "Start").click()

    assert ordered == [QUICK]


def test_a_named_tunnel_needs_its_name_and_address(qtbot: QtBot) -> None:
    panel, ordered = a_panel(qtbot)
    choose(panel, TunnelProvider.CLOUDFLARED_NAMED)
    field(panel, QLineEdit, "The tunnel's name").setText("kvitto ")
    assert not button(panel, "Start").isEnabled()

    field(panel, QLineEdit, "Its public address").setText("https://kvitto.example.net")
    button(panel, "Start").click()

    assert ordered == [
        TunnelConfig(
            TunnelProvider.CLOUDFLARED_NAMED, name="kvitto", url="https://kvitto.example.net"
        )
    ]


def test_a_server_that_is_written_wrongly_is_told_before_anything_is_started(
    qtbot: QtBot,
) -> None:
    panel, ordered = a_panel(qtbot)
    choose(panel, TunnelProvider.SSH)
    assert panel.problem == ""
    server = field(panel, QLineEdit, "The server")

    for typed, said in [
        ("ssh://me@server:22", "without ssh://"),
        ("me@server:22", "without a port"),
        ("-oProxyCommand=x", "not the name of a server"),
    ]:
        server.setText(typed)
        assert said in panel.problem
        assert not button(panel, "Start").isEnabled()

    server.setText("me@server")
    assert panel.problem == ""
    button(panel, "Start").click()
    assert ordered == [TunnelConfig(TunnelProvider.SSH, "me@server")]


def test_what_is_typed_for_another_tunnel_is_not_ordered(qtbot: QtBot) -> None:
    panel, ordered = a_panel(qtbot)
    choose(panel, TunnelProvider.SSH)
    field(panel, QLineEdit, "The server").setText("me@example.net")

    choose(panel, TunnelProvider.CLOUDFLARED_QUICK)
    button(panel, "Start").click()

    assert ordered == [QUICK]


def test_a_tunnel_whose_program_is_missing_can_not_be_started(qtbot: QtBot) -> None:
    panel, _ordered = a_panel(qtbot, [TunnelProvider.NGROK])
    box = panel.findChildren(QComboBox)[0]

    assert box.currentData() == TunnelProvider.NGROK.value, "the first that is installed is offered"
    assert button(panel, "Start").isEnabled()
    assert "not installed" in box.itemText(box.findData(TunnelProvider.SSH.value))
    choose(panel, TunnelProvider.CLOUDFLARED_QUICK)
    assert not button(panel, "Start").isEnabled()


def test_a_tunnel_that_runs_can_be_stopped(qtbot: QtBot) -> None:
    panel, _ordered = a_panel(qtbot)
    stopped: list[bool] = []
    panel.stop_requested.connect(lambda: stopped.append(True))

    panel.show_tunnel(TunnelState(QUICK, TunnelStage.UP, "https://a.example", ("ready",)))
    assert "https://a.example" in panel.text
    assert panel.lines == ""
    button(panel, "Stop").click()

    assert stopped == [True]


def test_a_tunnel_that_fails_shows_its_last_words_and_when_it_is_tried_again(qtbot: QtBot) -> None:
    panel, _ordered = a_panel(qtbot)

    panel.show_tunnel(
        TunnelState(
            QUICK,
            TunnelStage.WAITING,
            lines=("one", "failed to dial"),
            exit_code=1,
            retry_at=START + timedelta(seconds=41),
            failures=1,
        )
    )

    assert panel.text == "cloudflared has ended, exit code 1. It is started again in 41 s."
    assert panel.lines == "one\nfailed to dial"


def test_why_a_tunnel_can_not_be_started_is_said(qtbot: QtBot) -> None:
    panel, _ordered = a_panel(qtbot)

    panel.show_tunnel(TunnelState(QUICK, TunnelStage.MISSING, fault=InputFault.NOT_A_SERVER))

    assert "can't be started" in panel.text
    assert panel.lines == "That is not the name of a server."
    assert button(panel, "Start").isEnabled()


def test_the_tunnel_of_the_last_time_is_filled_in(qtbot: QtBot) -> None:
    panel, _ordered = a_panel(qtbot)
    config = TunnelConfig(
        TunnelProvider.SSH, name="me@example.net", url="https://kvitto.example.net"
    )

    panel.show_tunnel(TunnelState(config, TunnelStage.STARTING))
    assert field(panel, QLineEdit, "The server").text() == "me@example.net"
    assert not field(panel, QLineEdit, "The server").isEnabled()
