"""The public address: found, typed, used and let go."""

from pytestqt.qtbot import QtBot

from kvitto.reachability.reachability_status import FoundTunnel
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.ui.reachability.public_url_panel import PublicUrlPanel
from tests.ui.settings.finding import button

NGROK = FoundTunnel(TunnelProvider.NGROK, "https://kvitto.ngrok.app", leads_here=True)
ELSEWHERE = FoundTunnel(TunnelProvider.NGROK, "https://other.ngrok.app", leads_here=False)


def a_panel(qtbot: QtBot) -> tuple[PublicUrlPanel, list[tuple[str, TunnelProvider]]]:
    panel = PublicUrlPanel()
    qtbot.addWidget(panel)
    panel.show()
    chosen: list[tuple[str, TunnelProvider]] = []
    panel.chosen.connect(lambda url, kind: chosen.append((url, kind)))
    return panel, chosen


def test_a_tunnel_that_leads_here_is_offered_and_used_with_its_kind(qtbot: QtBot) -> None:
    panel, chosen = a_panel(qtbot)

    panel.show_address("", [ELSEWHERE, NGROK])
    assert panel.box.currentText() == NGROK.url
    button(panel, "Connect").click()

    assert chosen == [(NGROK.url, TunnelProvider.NGROK)]


def test_a_whole_callback_url_may_be_pasted(qtbot: QtBot) -> None:
    panel, chosen = a_panel(qtbot)

    panel.box.setEditText(" Kvitto.example.net/hook/r/0123abcd ")
    button(panel, "Connect").click()

    assert chosen == [("https://kvitto.example.net/hook", TunnelProvider.OTHER)]


def test_what_is_no_address_is_told_and_can_not_be_used(qtbot: QtBot) -> None:
    panel, _chosen = a_panel(qtbot)

    panel.box.setEditText("ftp://kvitto.example.net")
    assert not button(panel, "Connect").isEnabled()
    assert panel.hint == "A public address begins with https:// or http://."
    panel.box.setEditText("https:/kvitto.example.net")
    assert not button(panel, "Connect").isEnabled()
    assert "two slashes" in panel.hint
    panel.box.setEditText("localhost:8370")
    assert not button(panel, "Connect").isEnabled()
    assert "this computer's own name" in panel.hint


def test_an_address_of_this_network_is_taken_and_said_to_be_one(qtbot: QtBot) -> None:
    panel, chosen = a_panel(qtbot)

    panel.box.setEditText("http://192.168.1.10:8370")
    assert "address of this network" in panel.hint
    button(panel, "Connect").click()

    assert chosen == [("http://192.168.1.10:8370", TunnelProvider.OTHER)]


def test_a_kept_address_that_can_not_be_used_is_put_up_for_correction_once(qtbot: QtBot) -> None:
    panel, _chosen = a_panel(qtbot)

    panel.show_address("", [], refused="https://kvitto.example.net,")
    assert panel.box.currentText() == "https://kvitto.example.net,"
    assert "letters, digits" in panel.hint
    assert button(panel, "Disconnect").isEnabled()
    panel.box.setEditText("")
    panel.show_address("", [], refused="https://kvitto.example.net,")

    assert panel.box.currentText() == "", "who has emptied it types another"
    panel.show_address("https://kvitto.example.net", [], refused="https://kvitto.example.net,")
    panel.show_address("https://kvitto.example.net", [])
    assert panel.box.currentText() == "https://kvitto.example.net"


def test_a_refused_address_goes_away_with_its_rejection(qtbot: QtBot) -> None:
    panel, _chosen = a_panel(qtbot)

    panel.show_address("", [], refused="nonsense,")
    panel.show_address("", [])
    assert panel.box.currentText() == ""
    assert not button(panel, "Disconnect").isEnabled()


def test_what_is_being_typed_stays_while_tunnels_come_and_go(qtbot: QtBot) -> None:
    panel, _chosen = a_panel(qtbot)
    panel.box.setEditText("https://kvit")

    panel.show_address("", [NGROK])
    panel.show_address("", [NGROK, ELSEWHERE])
    panel.show_address("", [])

    assert panel.box.currentText() == "https://kvit"


def test_the_address_in_use_can_be_let_go(qtbot: QtBot) -> None:
    panel, chosen = a_panel(qtbot)
    panel.show_address("https://kvitto.example.net", [])

    assert "Connected" in panel.hint
    assert not button(panel, "Connect").isEnabled()
    button(panel, "Disconnect").click()
    assert chosen == [("", TunnelProvider.OTHER)]


def test_an_address_without_https_is_warned_of(qtbot: QtBot) -> None:
    panel, _chosen = a_panel(qtbot)

    panel.box.setEditText("http://kvitto.example.net")
    assert "read phone numbers" in panel.hint
