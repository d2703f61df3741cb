"""What the user of a store may do in it: all of it in a file of one's own, less on a server."""

from enum import Enum
from typing import Final


class Right(Enum):
    """A kind of thing that a server may refuse; see `kvitto.store.engines.postgresql_roles`."""

    SEE = "see"
    """See numbers, texts, bodies, keys, and what was refused."""
    EDIT = "edit"
    """Change what users write, delete, and keep what iP.1 answers."""
    RECEIVE = "receive"
    """Store reports, and make, renew and end the keys of callback URLs."""


ALL_RIGHTS: Final = frozenset(Right)
