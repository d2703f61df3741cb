"""The base of all errors that the user is told of."""

from dataclasses import dataclass
from typing import ClassVar, dataclass_transform

from typing_extensions import override


@dataclass_transform(eq_default=False)
class ProblemError(Exception):
    """Something can't be done, for a reason outside the program.

    Each subclass is a dataclass: its name is the code, its fields are the values. The window makes
    a text of both in the reader's language, see `ui/text/error_text.py`.

    Attributes:
        english: the sentence for terminals and logs, with fields in braces.
        detail: the technical cause, for those who ask; may be empty.
    """

    english: ClassVar[str]
    detail: str = ""

    @override
    def __init_subclass__(cls) -> None:
        """Make the subclass a dataclass; two errors are never equal."""
        super().__init_subclass__()
        dataclass(eq=False, repr=False)(cls)

    @override
    def __str__(self) -> str:
        """Return what happened, what it means and what to do, in English."""
        return self.english.format(**vars(self))
