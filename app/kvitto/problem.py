"""The base of all errors that the user is told of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self, dataclass_transform

from typing_extensions import override


@dataclass_transform(eq_default=False)
class ProblemError(Exception):
    """Something can't be done, for a reason outside the program.

    Each subclass is a dataclass: its name is the code, its fields are the values. Every text is
    made of these by `text`: in English for terminals and logs, in the reader's language by
    `ui/text/error_text.py`.

    Attributes:
        english: the sentence, with values in braces. `translatable`, where a window may show it.
        goes_on_by_itself: whether what failed is tried again until it works, as the sentence says.
        detail: the technical cause, for those who ask; may be empty.
    """

    english: ClassVar[str]
    goes_on_by_itself: ClassVar[bool] = False
    detail: str = ""

    def template(self) -> str:
        """Return the sentence with values in braces; for those whose values decide which."""
        return self.english

    def values(self, translate: Callable[[str], str]) -> Mapping[str, object]:
        """Return what goes into the sentence; what are words in it, translated."""
        del translate
        return vars(self)

    def text(
        self, translate: Callable[[str], str], number: Callable[[int], object] = lambda value: value
    ) -> str:
        """Return what happened, what it means and what to do, of texts that are translated.

        Args:
            translate: returns a text in the reader's language.
            number: returns how the reader writes a number of things, such as of reports.
        """
        values = dict(self.values(translate))
        count = values.get("count")
        if isinstance(count, int):
            values["count"] = number(count)
        return translate(self.template()).format(**values)

    def anew(self) -> Self:
        """Return an equal one that was never raised, and is to be raised instead of this one.

        Whoever keeps an error keeps the frames of all that it was raised in, on any thread.
        """
        copy = type(self).__new__(type(self), *self.args)
        vars(copy).update(vars(self))
        return copy

    @override
    def __init_subclass__(cls) -> None:
        """Make the subclass a dataclass; two errors are never equal."""
        super().__init_subclass__()
        dataclass(eq=False, repr=False)(cls)

    @override
    def __str__(self) -> str:
        """Return what happened, what it means and what to do, in English."""
        return self.text(str)
