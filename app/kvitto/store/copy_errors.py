"""What may hinder a copy of a whole store into another place."""

from kvitto.core.translatable import translatable
from kvitto.store.errors import StoreError


class CopyTargetUsedError(StoreError):
    """There is something already where the copy is to be."""

    place: str
    english = translatable(
        "Errors",
        "There is something at {place} already, and it is not what is to be copied. Nothing was "
        "changed there. Name a database or a folder that is empty.",
    )


class OtherCopyError(StoreError):
    """What is there was begun as a copy of something else."""

    place: str
    of: str
    english = translatable(
        "Errors",
        "An unfinished copy of {of} is at {place}: of another store, or of one that was put back "
        "to an earlier state. It was not changed. To delete it and begin anew, add --anew.",
    )


class CopyOfOtherVersionError(StoreError):
    """What is there was begun by another version of the program, with other tables."""

    place: str
    english = translatable(
        "Errors",
        "An unfinished copy is at {place}, which another version of Kvitto began: this one can't "
        "go on with it. It was not changed. To delete it and begin anew, add --anew.",
    )


class CopyUnfinishedError(StoreError):
    """A store is not whole yet: a copy into it was begun and has not ended."""

    place: str
    english = translatable(
        "Errors",
        "The store at {place} is not whole yet: it is being copied. Where that was interrupted, "
        "give the same kvitto store copy command once more: it goes on where it stopped.",
    )


class CopyUnderWayError(StoreError):
    """Another program copies into the same place now."""

    place: str
    english = translatable(
        "Errors", "Another program is copying a store to {place} now. Wait until it is done."
    )


class CopyByPoolerError(StoreError):
    """A pooler stands before the server: nobody can tell by it who else uses the store."""

    place: str
    english = translatable(
        "Errors",
        "The store at {place} is reached by a pooler, by which nobody sees who else stores into "
        "it. Nothing was copied. Name the server itself.",
    )


class CopyDiffersError(StoreError):
    """The copy is not what it is a copy of.

    Attributes:
        place: where it is.
        tables: which tables differ.
    """

    place: str
    tables: str
    english = translatable(
        "Errors",
        "The copy at {place} differs from what was copied ({tables}), and is not used. Nothing is "
        "lost: all is where it was. Copy once more with --anew, and tell whoever looks after "
        "Kvitto.",
    )


class CopyClashError(StoreError):
    """Two ids are one at the other place."""

    place: str
    detail: str = ""
    english = translatable(
        "Errors",
        "Two ids of batches or messages differ only by a character that the server at {place} "
        "can't keep, so the store can't be copied there. Nothing is lost: all is where it was.",
    )


class CopyInterruptedError(StoreError):
    """One of the two places can't be used for now."""

    place: str
    detail: str = ""
    english = translatable(
        "Errors",
        "The copy was interrupted: {place} can't be used ({detail}). Nothing is lost: all is where "
        "it was. Once that is mended, give the same command again: it goes on where it stopped.",
    )
