"""What the user types into a field, while what the store has of it may change below."""


class EditBuffer:
    """One text that the user can change and the store keeps.

    The store's text is shown until the user types; then theirs, until the store has it. What comes
    from the store in between, such as a state read before their change was written, is not shown.

    Attributes:
        text: what is to be shown.
        is_dirty: whether the user has typed something that was not sent yet.
    """

    def __init__(self, stored: str, revision: int) -> None:
        """Begin with what the store has at a revision."""
        self.text = stored
        self.is_dirty = False
        self._stored = stored
        self._revision = revision
        self._sending = 0
        self._seen = stored
        self._has_seen = False

    @property
    def is_settled(self) -> bool:
        """Whether the store has all that the user typed."""
        return not self.is_dirty and not self._sending

    @property
    def texts(self) -> tuple[str, str, str]:
        """What is to be shown, what the store has, and what the user saw and changed."""
        return self.text, self._stored, self._seen

    def take(self, stored: str, revision: int) -> bool:
        """Hear what the store has at a revision; return whether `text` became another by it."""
        if revision < self._revision or self._sending:
            return False
        self._stored, self._revision = stored, revision
        if self.is_dirty or stored == self.text:
            return False
        self.text = stored
        return True

    def typed(self, text: str) -> None:
        """Hear what the user has typed."""
        if not self._has_seen:
            # What comes while they type they do not see.
            self._seen, self._has_seen = self._stored, True
        self.text = text
        self.is_dirty = True

    def revert(self) -> str:
        """Drop what the user has typed since it was sent; return what is to be shown instead."""
        self.is_dirty = self._has_seen = False
        self.text = self._stored
        return self.text

    def send(self) -> str | None:
        """Return what is to be written, and hold it to be sent; None where nothing is to be."""
        if not self.is_dirty:
            return None
        self.is_dirty = False
        if self.text == self._stored and not self._sending:
            self._has_seen = False
            return None
        self._sending += 1
        return self.text

    def sent(self, text: str, revision: int) -> None:
        """Hear that `text`, which was to be written, is in the store from a revision on."""
        self._sending -= 1
        self._has_seen = self.is_dirty
        self._seen = self._stored = text
        self._revision = max(self._revision, revision)

    def failed(self) -> None:
        """Hear that it could not be written: it is still the user's to send."""
        self._sending -= 1
        self.is_dirty = True
