"""Why an edit is not made that could be stored: others who use the same store were first."""

from kvitto.core.translatable import translatable
from kvitto.store.errors import StoreError


class RefusedEditError(StoreError):
    """What the store holds is against an edit: reports are stored as before."""

    english = translatable("Errors", "The change was not made.")


class DeletingElsewhereError(RefusedEditError):
    """Another receiver of the store deletes."""

    english = translatable(
        "Errors",
        "Old data is deleted by another receiver of this store, one at a time. It is under way "
        "there; look again in a few minutes.",
    )
