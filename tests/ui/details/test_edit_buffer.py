"""What the user types is never lost to what comes from the store."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from typing_extensions import override

from kvitto.ui.details.edit_buffer import EditBuffer


def test_what_the_store_has_is_shown_until_the_user_types() -> None:
    draft = EditBuffer("old", 1)

    assert draft.take("new", 2)
    assert draft.text == "new"


def test_what_is_typed_is_not_replaced_by_what_the_store_has() -> None:
    draft = EditBuffer("old", 1)
    draft.typed("mine")

    assert not draft.take("other", 2)
    assert draft.text == "mine"
    assert draft.revert() == "other"


def test_an_older_state_that_comes_late_is_not_shown() -> None:
    draft = EditBuffer("old", 1)
    draft.typed("mine")
    assert draft.send() == "mine"
    assert not draft.take("old", 5), "read before it was written"
    draft.sent("mine", 7)

    assert not draft.take("old", 6)
    assert draft.text == "mine"
    assert draft.is_settled


def test_what_did_not_change_is_not_sent() -> None:
    draft = EditBuffer("old", 1)
    assert draft.send() is None

    draft.typed("x")
    draft.typed("old")
    assert draft.send() is None


def test_going_back_to_what_was_there_is_sent_too() -> None:
    draft = EditBuffer("old", 1)
    draft.typed("mine")
    draft.send()
    draft.typed("old")

    assert draft.send() == "old"


def test_what_could_not_be_written_can_be_sent_again() -> None:
    draft = EditBuffer("old", 1)
    draft.typed("mine")
    draft.send()

    draft.failed()

    assert not draft.is_settled
    assert draft.send() == "mine"


@dataclass
class Store:
    """A store that writes what it was sent later, and is read at any time."""

    text: str = ""
    revision: int = 0
    queue: list[str] = field(default_factory=list)
    states: list[tuple[str, int]] = field(default_factory=lambda: [("", 0)])


class DraftMachine(RuleBasedStateMachine):
    """Types, sends, writes and reads in any order: the user's last word is what is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.draft = EditBuffer("", 0)
        self.last_word = ""

    @rule(text=st.text(max_size=3))
    def type_text(self, text: str) -> None:
        self.draft.typed(text)
        self.last_word = text

    @rule()
    def send(self) -> None:
        text = self.draft.send()
        if text is not None:
            self.store.queue.append(text)

    @precondition(lambda self: self.store.queue)
    @rule()
    def write(self) -> None:
        text = self.store.queue.pop(0)
        self.store.revision += 1
        self.store.text = text
        self.store.states.append((text, self.store.revision))
        self.draft.sent(text, self.store.revision)

    @rule()
    def something_else_is_written(self) -> None:
        self.store.revision += 1
        self.store.states.append((self.store.text, self.store.revision))

    @rule(back=st.integers(0, 3))
    def read(self, back: int) -> None:
        self.draft.take(*self.store.states[max(0, len(self.store.states) - 1 - back)])

    @invariant()
    def the_last_word_is_shown(self) -> None:
        assert self.draft.text == self.last_word

    @override
    def teardown(self) -> None:
        self.send()
        while self.store.queue:
            self.write()
        assert self.store.text == self.last_word
        assert self.draft.is_settled


TestAnyOrder = DraftMachine.TestCase


@given(st.text(), st.text())
def test_a_draft_that_nobody_touches_follows_the_store(first: str, second: str) -> None:
    draft = EditBuffer(first, 1)

    assert draft.take(second, 2) is (first != second)
    assert draft.text == second


def test_what_comes_while_somebody_types_they_have_not_seen() -> None:
    draft = EditBuffer("Höst", 1)
    draft.typed("Vinter")
    draft.take("Vår", 2)
    draft.typed("Vinterrea")

    assert draft.texts == ("Vinterrea", "Vår", "Höst")


def test_a_change_that_was_refused_is_still_one_of_what_was_seen_then() -> None:
    draft = EditBuffer("Höst", 1)
    draft.typed("Vinter")
    assert draft.send() == "Vinter"
    draft.failed()
    draft.take("Vår", 2)

    assert draft.send() == "Vinter"
    assert draft.texts == ("Vinter", "Vår", "Höst")


def test_whoever_has_looked_at_what_is_there_changes_that() -> None:
    draft = EditBuffer("Höst", 1)
    draft.typed("Vinter")
    draft.take("Vår", 2)
    assert draft.revert() == "Vår"
    draft.typed("Vinter")

    assert draft.texts == ("Vinter", "Vår", "Vår")


def test_the_next_change_is_of_what_was_written() -> None:
    draft = EditBuffer("Höst", 1)
    draft.typed("Vinter")
    draft.send()
    draft.sent("Vinter", 2)
    draft.take("Vår", 3)
    draft.typed("Sommar")

    assert draft.texts == ("Sommar", "Vår", "Vår")
