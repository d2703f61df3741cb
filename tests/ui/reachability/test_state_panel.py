"""What the dialog's upper panel says, by what is known."""

from datetime import timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from kvitto.reachability.evidence import Evidence, Moment
from kvitto.reachability.failures import INCONCLUSIVE, CheckFailure, ProbeResult
from kvitto.reachability.input_errors import InputFault
from kvitto.reachability.reachability_status import ReachabilityState
from kvitto.ui.reachability.state_panel import StatusSummary, summary_of
from kvitto.ui.text.check_failure_text import FailureContext
from kvitto.ui.text.reachability_text import Light, StatusText
from tests.store.arrivals import START

URL = "https://kvitto.example.net"
NOW = Moment(START, 1000.0)
STATUS_TEXT = StatusText(Light.WAITING, "")


@pytest.fixture(autouse=True)
def _english(qtbot: QtBot) -> None:
    del qtbot


def said(now: Moment = NOW, *, place: str = "", **known: Any) -> StatusSummary:
    reachability = ReachabilityState(**{"public_url": URL, **known})
    return summary_of(
        reachability,
        STATUS_TEXT,
        None,
        FailureContext("kvitto.example.net", 8370, place=place),
        now,
    )


def bad(failure: CheckFailure) -> dict[str, Any]:
    return {
        "last_probe": ProbeResult(failure, START, 0.1, detail="HTTP 407"),
        "known_bad": Evidence(*NOW, valid_s=60),
    }


@pytest.mark.parametrize("failure", sorted(INCONCLUSIVE))
def test_what_is_not_known_is_said_to_be_not_known(failure: CheckFailure) -> None:
    assert "not known" in said(**bad(failure)).sentences


def test_the_proxy_is_named() -> None:
    sentences = said(**bad(CheckFailure.OWN_PROXY), place="proxy.example:3128").sentences
    assert "the proxy proxy.example:3128, which it is set to use" in sentences
    assert "its address can't be read" in said(**bad(CheckFailure.OWN_PROXY)).sentences


def test_a_redirection_says_which_address_to_use() -> None:
    sentences = said(**bad(CheckFailure.REDIRECTED), place="https://www.example.net").sentences
    assert "redirects to https://www.example.net: use that address" in sentences


def test_a_failure_that_is_old_is_said_no_longer() -> None:
    later = Moment(START + timedelta(seconds=61), 1061.0)
    report = said(later, **bad(CheckFailure.TUNNEL_DOWN))
    assert "tunnel is down" not in report.sentences
    assert "not known" in report.sentences


def test_an_old_proof_is_said_to_be_old() -> None:
    known: dict[str, Any] = {
        "last_probe": ProbeResult(None, START, 0.1),
        "known_good": Evidence(*NOW, valid_s=60),
    }
    assert "comes in here" in said(**known).sentences
    later = Moment(START + timedelta(seconds=61), 1061.0)
    assert "Whether it still does is not known" in said(later, **known).sentences


def test_an_address_of_this_network_is_said_to_be_of_no_use_to_the_sms_service() -> None:
    known: dict[str, Any] = {
        "public_url": "http://192.168.1.10",
        "known_good": Evidence(*NOW, valid_s=60),
    }
    assert "only from this network" in said(**known).sentences


def test_a_report_that_came_after_the_test_is_told() -> None:
    known = Evidence(START + timedelta(seconds=30), 1030.0, 60)
    later = Moment(START + timedelta(seconds=40), 1040.0)
    report = said(later, last_probe=ProbeResult(None, START, 0.1), known_good=known)
    assert "A report came in 10 s ago." in report.tested


def test_an_address_that_was_refused_is_told_with_the_reason_and_without_a_password() -> None:
    report = said(
        public_url="",
        refused_url="https://me:hemligt@kvitto.example.net",
        refused_for=InputFault.CREDENTIALS,
    )
    assert "https://…@kvitto.example.net can't be used. An address with a name" in report.sentences
    assert "hemligt" not in report.sentences


def test_before_the_first_test_nothing_is_claimed() -> None:
    assert "not known yet" in said().sentences
