from app.simulator.fates import Fate, Fates
from app.simulator.messages import MAX_REPORTS


def test_at_first_nothing_is_sent() -> None:
    assert Fates().of(0, 0) is Fate.UNSENT
    assert Fates().of(4_999_999, MAX_REPORTS - 1) is Fate.UNSENT


def test_each_report_has_a_fate_of_its_own() -> None:
    fates = Fates()
    for message in range(50):
        for report in range(MAX_REPORTS):
            fates.learn(message, report, Fate((message + report) % 3))
    for message in range(50):
        for report in range(MAX_REPORTS):
            assert fates.of(message, report) is Fate((message + report) % 3)


def test_what_was_known_is_not_forgotten() -> None:
    fates = Fates()
    fates.learn(3, 1, Fate.SENT)
    fates.learn(3, 1, Fate.TAKEN)
    fates.learn(3, 1, Fate.SENT)
    assert fates.of(3, 1) is Fate.TAKEN


def test_messages_may_come_in_any_order() -> None:
    fates = Fates()
    fates.learn(100_000, 2, Fate.TAKEN)
    fates.learn(5, 2, Fate.SENT)
    assert fates.of(100_000, 2) is Fate.TAKEN
    assert fates.of(5, 2) is Fate.SENT
    assert fates.of(99_999, 2) is Fate.UNSENT


def test_lost_is_what_was_deleted_and_never_taken() -> None:
    fates = Fates()
    fates.learn(1, 0, Fate.SENT)
    fates.learn(2, 3, Fate.TAKEN)
    for message, report in ((9, 7), (2, 3), (1, 0), (9, 7)):
        fates.delete(message, report)
    assert list(fates.lost()) == [(1, 0), (9, 7)]


def test_a_copy_that_is_taken_later_saves_the_report() -> None:
    fates = Fates()
    fates.delete(1, 0)
    fates.learn(1, 0, Fate.TAKEN)
    assert list(fates.lost()) == []
