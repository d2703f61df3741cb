"""Why an edit is not made that could be stored: others who use the same store were first."""

from collections.abc import Callable, Mapping
from datetime import datetime

from typing_extensions import override

from kvitto.core.translatable import translatable
from kvitto.store.errors import StoreError


class RefusedEditError(StoreError):
    """What the store holds is against an edit: reports are stored as before."""

    english = translatable("Errors", "The change was not made.")


class EditConflictError(RefusedEditError):
    """Somebody else has changed what the user saw.

    Attributes:
        editor: who; "" where that is not known.
        at: when, UTC; None where that is not known.
    """

    editor: str = ""
    at: datetime | None = None
    english = translatable(
        "Errors",
        "{editor} changed this at {time}, after it was shown here. Nothing was overwritten: look "
        "at what is there now, and change that.",
    )
    _by_somebody = translatable(
        "Errors",
        "Somebody else changed this after it was shown here. Nothing was overwritten: look at what "
        "is there now, and change that.",
    )

    @override
    def template(self) -> str:
        return self.english if self.editor and self.at else self._by_somebody

    @override
    def values(self, translate: Callable[[str], str]) -> Mapping[str, object]:
        """Return who, and when by the clock on the wall; of another day, with the date."""
        if self.at is None:
            return {}
        local = self.at.astimezone()
        is_today = local.date() == datetime.now().astimezone().date()
        time = f"{local:%H:%M}" if is_today else f"{local:%Y-%m-%d %H:%M}"
        return {"editor": self.editor, "time": time}


class OtherStoreError(RefusedEditError):
    """What was kept for one store is not written into another."""


class DeletingElsewhereError(RefusedEditError):
    """Another receiver of the store deletes, or this one may not.

    Attributes:
        is_forbidden: whether its user on the server has no right to.
    """

    is_forbidden: bool = False
    english = translatable(
        "Errors",
        "Old data is deleted by another receiver of this store at the moment. Try again in a few "
        "minutes.",
    )
    _forbidden = translatable(
        "Errors",
        "The store's server does not let this user delete. A user with the role kvitto_editor may.",
    )

    @override
    def template(self) -> str:
        return self._forbidden if self.is_forbidden else self.english
