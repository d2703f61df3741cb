"""Probes and their proofs."""

import pytest

from kvitto.receiver.probes import LIFETIME_S, Probe, ProbePath, Probes


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def probes(clock: Clock) -> Probes:
    return Probes(clock=clock)


@pytest.mark.parametrize("place", ProbePath)
def test_a_probe_that_came_in_is_answered_with_a_proof_of_where(
    probes: Probes, place: ProbePath
) -> None:
    probe = probes.make()
    answer = probes.answer(probe.nonce, None, place)
    assert answer is not None
    assert probes.proved(probe, answer) is place
    assert probes.seen(probe) is place


def test_a_probe_is_recognised_by_its_body_where_its_header_was_taken_away(probes: Probes) -> None:
    probe = probes.make()
    answer = probes.answer(None, probe.body, ProbePath.KEY)
    assert answer is not None
    assert probes.proved(probe, answer) is ProbePath.KEY


def test_a_body_that_was_changed_on_the_way_is_no_probe(probes: Probes) -> None:
    probe = probes.make()
    assert probes.answer(probe.nonce, probe.body[:-3], ProbePath.KEY) is None


def test_a_probe_is_answered_once(probes: Probes) -> None:
    probe = probes.make()
    assert probes.answer(probe.nonce, None, ProbePath.KEY) is not None
    assert probes.answer(probe.nonce, None, ProbePath.KEY) is None


def test_a_probe_that_took_too_long_is_nobodys(probes: Probes, clock: Clock) -> None:
    probe = probes.make()
    clock.now += LIFETIME_S + 1
    assert probes.answer(probe.nonce, None, ProbePath.KEY) is None
    assert probes.seen(probe) is None


@pytest.mark.parametrize(
    "nonce", ["", ".", "..", "0.0.0", "x.zz.ø", "0123.ffffffff.0123", "\udcff.1.\udcff", "a" * 9000]
)
def test_a_word_that_we_did_not_make_is_nobodys(probes: Probes, nonce: str) -> None:
    assert probes.answer(nonce, None, ProbePath.KEY) is None


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"kvittoProbe": 1}', b" " * 9000])
def test_a_body_that_is_something_else_is_no_probe(probes: Probes, body: bytes) -> None:
    assert probes.answer(None, body, ProbePath.KEY) is None


def test_another_receivers_probe_is_nobodys(probes: Probes, clock: Clock) -> None:
    assert probes.answer(Probes(clock=clock).make().nonce, None, ProbePath.KEY) is None


def test_a_window_beside_the_receiver_makes_probes_for_it(probes: Probes, clock: Clock) -> None:
    beside = Probes(probes.key, clock=clock)
    probe = beside.make()
    answer = probes.answer(probe.nonce, None, ProbePath.KEY)
    assert answer is not None
    assert beside.proved(probe, answer) is ProbePath.KEY
    assert beside.seen(probe) is None


@pytest.mark.parametrize("answer", [b"", b"\xff", b"{}", b'{"kvittoProof": "00"}', b"<html>"])
def test_no_other_answer_is_a_proof(probes: Probes, answer: bytes) -> None:
    assert probes.proved(probes.make(), answer) is None


def test_the_proof_of_one_probe_proves_nothing_of_another(probes: Probes) -> None:
    answer = probes.answer(probes.make().nonce, None, ProbePath.KEY)
    assert answer is not None
    assert probes.proved(probes.make(), answer) is None


def test_who_hands_the_probe_back_has_proved_nothing(probes: Probes) -> None:
    probe: Probe = probes.make()
    assert probes.proved(probe, probe.body.replace(b"Probe", b"Proof")) is None


def test_old_probes_are_forgotten(probes: Probes, clock: Clock) -> None:
    old = probes.make()
    probes.answer(old.nonce, None, ProbePath.KEY)
    clock.now += LIFETIME_S + 1
    probes.answer(probes.make().nonce, None, ProbePath.KEY)
    assert probes.seen(old) is None
