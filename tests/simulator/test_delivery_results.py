from kvitto.simulator.delivery_results import DeliveryResult, DeliveryResults
from kvitto.simulator.message_scripts import MAX_REPORTS


def test_at_first_nothing_is_sent() -> None:
    assert DeliveryResults().of(0, 0) is DeliveryResult.UNSENT
    assert DeliveryResults().of(4_999_999, MAX_REPORTS - 1) is DeliveryResult.UNSENT


def test_each_report_has_a_delivery_result_of_its_own() -> None:
    delivery_results = DeliveryResults()
    for message in range(50):
        for report in range(MAX_REPORTS):
            delivery_results.learn(message, report, DeliveryResult((message + report) % 3))
    for message in range(50):
        for report in range(MAX_REPORTS):
            assert delivery_results.of(message, report) is DeliveryResult((message + report) % 3)


def test_what_was_known_is_not_forgotten() -> None:
    delivery_results = DeliveryResults()
    delivery_results.learn(3, 1, DeliveryResult.SENT)
    delivery_results.learn(3, 1, DeliveryResult.TAKEN)
    delivery_results.learn(3, 1, DeliveryResult.SENT)
    assert delivery_results.of(3, 1) is DeliveryResult.TAKEN


def test_messages_may_come_in_any_order() -> None:
    delivery_results = DeliveryResults()
    delivery_results.learn(100_000, 2, DeliveryResult.TAKEN)
    delivery_results.learn(5, 2, DeliveryResult.SENT)
    assert delivery_results.of(100_000, 2) is DeliveryResult.TAKEN
    assert delivery_results.of(5, 2) is DeliveryResult.SENT
    assert delivery_results.of(99_999, 2) is DeliveryResult.UNSENT


def test_lost_is_what_was_deleted_and_never_taken() -> None:
    delivery_results = DeliveryResults()
    delivery_results.learn(1, 0, DeliveryResult.SENT)
    delivery_results.learn(2, 3, DeliveryResult.TAKEN)
    for message, report in ((9, 7), (2, 3), (1, 0), (9, 7)):
        delivery_results.delete(message, report)
    assert list(delivery_results.lost()) == [(1, 0), (9, 7)]


def test_a_copy_that_is_taken_later_saves_the_report() -> None:
    delivery_results = DeliveryResults()
    delivery_results.delete(1, 0)
    delivery_results.learn(1, 0, DeliveryResult.TAKEN)
    assert list(delivery_results.lost()) == []
