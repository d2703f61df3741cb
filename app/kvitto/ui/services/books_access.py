"""The key of the SMS service's API in the window: where it is kept, and what is asked with it."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from kvitto.books.key import ApiKey, KeyFile, KeyProblemError, Keyring, key_of_environment
from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.receiver.supervision import in_thread
from kvitto.store.asked_forgetting import ForgetAsked, ForgetTexts
from kvitto.store.errors import StoreError
from kvitto.store.rights import Right
from kvitto.ui.backend import Backend
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.books_state import BooksState, KeyFault, KeyPlace
from kvitto.ui.services.demo_books import DemoBooks
from kvitto.ui.services.month_count import MonthCount
from kvitto.ui.services.preferences import Preferences

if TYPE_CHECKING:
    from kvitto.books.client import BooksClient
    from kvitto.books.shapes import Account
    from kvitto.ui.services.books_session import BooksSession

log = logging.getLogger(__name__)

_PLACE: Final = "books_key_place"
_ACCOUNT: Final = "books_account"
_BASE_VARIABLE: Final = "KVITTO_BOOKS_URL"
LOOK_EVERY_S: Final = 30.0
"""How often is looked whether there is another network, once the key was refused."""


class BooksAccess(QObject):
    """Asks the SMS service's API for the window, where there is a key. Belongs to its thread.

    Nothing runs before `begin`, or without a key. The key is in no preference: those say where it
    is kept, and of which account it is.

    Attributes:
        demo: asks the simulator about demo batches.

    Args:
        backend: the store, and who writes to it.
        tasks: runs what takes time.
        preferences: remember where the key is.
        lost_keys: returns the ids of the callback keys whose URL is known not to lead here.
        environment: may give a key, or name simulated books.
        client_of: returns what asks with a key; None for the SMS service's own.
        keyring: the operating system's.
        addresses: returns this computer's own addresses, as others tell of another network; None
            for the system's.
        parent: the owner.

    Signals:
        changed: `state` is another one.
        asked: a sequence of `PassResult`: what came of all that the user asked; empty where
            every batch was confirmed already.
        failed: a `StoreError` or `ReceiverError` that hindered that.
    """

    changed = Signal()
    asked = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        backend: Backend,
        tasks: Tasks,
        preferences: Preferences,
        *,
        lost_keys: Callable[[], Collection[int]] = frozenset,
        environment: Mapping[str, str] | None = None,
        client_of: "Callable[[ApiKey], BooksClient] | None" = None,
        keyring: Keyring | None = None,
        addresses: Callable[[], frozenset[str]] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._backend: Final = backend
        self._tasks: Final = tasks
        self._preferences: Final = preferences
        self._lost_keys: Final = lost_keys
        self._environment: Final = os.environ if environment is None else environment
        self._client_of: Final = client_of or _client_of
        self._keyring: Final = keyring or Keyring()
        self._addresses: Final = addresses or _own_addresses
        self._file: Final = KeyFile(backend.folder)
        self._turn: Final = asyncio.Lock()
        self._session: BooksSession | None = None
        self._refused: BooksSession | None = None
        self._unkept: ApiKey | None = None
        self._month: Final = MonthCount(preferences)
        preferences.changed.connect(self._on_preference)
        self._place = KeyPlace.NOWHERE
        self._fault: KeyFault | None = None
        self._is_busy = False
        self._is_closed = False
        self.demo: Final = DemoBooks(backend, tasks, self)
        self.demo.changed.connect(self.changed)
        self.demo.asked.connect(self.asked)
        self.demo.failed.connect(self.failed)

    @property
    def state(self) -> BooksState:
        """What there is to be shown."""
        session = self._session
        account = None if session is None else session.account
        is_kept = self._place in {KeyPlace.KEYRING, KeyPlace.FILE}
        known = self._preferences.get(_ACCOUNT, "") if is_kept else ""
        return BooksState(
            place=self._place,
            account_id=known if account is None else account.account,
            account=account,
            account_at=None if session is None else session.account_at,
            fault=self._fault,
            is_busy=self._is_busy,
            is_refused=session is not None and session.is_refused,
            asking=() if session is None else session.asking,
            requests=self._month.requests,
            unreported=() if session is None else session.unreported,
            has_list=session is not None and session.has_list,
        )

    # --- What the user wants --------------------------------------------------------------------

    def begin(self) -> None:
        """Look for the key, and ask from then on."""
        self._tasks.start(self._in_turn(self._load), "key of the API")

    def use_key(self, text: str) -> None:
        """Ask once with a key that was pasted, keep it, and ask from then on."""
        try:
            key = ApiKey(text)
        except KeyProblemError:
            self._end_with(KeyFault.NOT_A_KEY)
            return
        self._tasks.start(self._in_turn(lambda: self._use(key)), "key of the API")

    def keep_in_file(self) -> None:
        """Keep a key that no keyring keeps in a file that only its user can read."""
        self._tasks.start(self._in_turn(self._write_file), "key of the API")

    def remove_key(self) -> None:
        """Ask nothing any more, and delete the key wherever it is kept."""
        self._tasks.start(self._in_turn(self._remove), "key of the API")

    def ask(self, batch_id: str) -> None:
        """Ask about a batch; soon, and nothing without a key."""
        if self._session is not None:
            self._session.ask(batch_id)

    def fetch(self, batch_id: str) -> None:
        """Take in a batch that has never reported, and ask about it; nothing without a key."""
        if self._session is not None:
            self._session.fetch(batch_id)

    def text_of(self, batch_id: str) -> str:
        """Return the text of a batch that was asked about lately; "" where that is not known."""
        return "" if self._session is None else self._session.text_of(batch_id)

    def forget(self, batch_key: int) -> None:
        """Forget what iP.1 said of a batch."""
        self._tasks.start(self._forget_asked(ForgetAsked(batch_key)), "forgetting what was asked")

    def ask_all(self) -> None:
        """Ask about every batch that is not confirmed; nothing without a key."""
        if self._session is not None:
            self._session.ask_all()

    async def close(self) -> None:
        """End what is under way; nothing begins any more."""
        self._is_closed = True
        await self._end_session()
        await self.demo.close()

    async def _end_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            self._month.note(session.requests)
        self._month.begin()

    async def _forget_asked(self, edit: ForgetAsked | ForgetTexts) -> None:
        try:
            await in_thread(self._backend.edit(edit).result)
        except (StoreError, ReceiverError) as error:
            self.failed.emit(error)

    def _on_preference(self, name: str) -> None:
        if name == "keeps_texts" and not self._preferences.keeps_texts:
            self._tasks.start(self._forget_asked(ForgetTexts()), "forgetting texts")

    def _on_session(self) -> None:
        session = self._session
        if session is not None:
            self._month.note(session.requests)
            if session.is_refused and session is not self._refused:
                self._refused = session
                self._tasks.start(self._try_elsewhere(session), "network")
        self.changed.emit()

    async def _try_elsewhere(self, refused: "BooksSession") -> None:
        """Ask again once there is another network: the key may be allowed from there."""
        before = await in_thread(self._addresses)
        while self._session is refused:
            await asyncio.sleep(LOOK_EVERY_S)
            found = await in_thread(self._addresses)
            if found and found != before and self._session is refused:
                log.info("There is another network: the refused key is tried again")
                before = found
                await self._in_turn(self._load_again)

    # --- The key, one thing at a time -----------------------------------------------------------

    async def _in_turn(self, act: Callable[[], Awaitable[None]]) -> None:
        async with self._turn:
            self._is_busy, self._fault = True, None
            self.changed.emit()
            try:
                await act()
            finally:
                self._is_busy = False
                self.changed.emit()

    async def _load(self) -> None:
        rights = self._backend.database.rights
        if rights is not None and Right.EDIT not in rights:
            return  # what iP.1 answered could not be kept
        from kvitto.books.books_errors import BaseUrlError
        from kvitto.books.connection import client_of_environment

        kept = self._preferences.get(_PLACE, "")
        try:
            if self._environment.get(_BASE_VARIABLE):
                await self._start(
                    client_of_environment(self._environment), KeyPlace.ENVIRONMENT, None
                )
                return
            key = await in_thread(key_of_environment, self._environment)
            place = KeyPlace.ENVIRONMENT
            if key is None and kept == KeyPlace.KEYRING:
                place = KeyPlace.KEYRING
                key = await self._keyring.load(self._preferences.get(_ACCOUNT, ""))
            elif key is None and kept == KeyPlace.FILE:
                place = KeyPlace.FILE
                key = await in_thread(self._file.load)
        except (KeyProblemError, BaseUrlError) as error:
            # Its text is ours, and holds no key.
            log.warning("The key of the API can't be used: %s", error)
            self._fault = KeyFault.NOT_READ
            return
        if key is not None:
            await self._start(self._client_of(key), place, None)
        elif kept:
            self._fault = KeyFault.NOT_READ

    async def _load_again(self) -> None:
        key, place = self._unkept, self._place
        if key is not None and place is KeyPlace.MEMORY:
            await self._start(self._client_of(key), place, None)
        else:
            await self._load()

    async def _use(self, key: ApiKey) -> None:
        from kvitto.books.books_errors import BooksError, KeyRefusedError, UnreadableAnswerError
        from kvitto.books.client import RequestBudget

        try:
            async with self._client_of(key) as client:
                self._month.add(1)
                account = await client.account(RequestBudget(1))
        except KeyRefusedError:
            self._fault = KeyFault.REFUSED
            return
        except UnreadableAnswerError:
            self._fault = KeyFault.UNREADABLE
            return
        except BooksError:
            self._fault = KeyFault.NO_ANSWER
            return
        await self._forget()
        place = KeyPlace.KEYRING
        # Noted before it is kept: a key that was kept and then is not known could not be removed.
        self._note(KeyPlace.KEYRING, account.account)
        try:
            await self._keyring.save(account.account, key)
        except KeyProblemError as error:
            log.info("The key of the API is kept until the end: %s", error)
            place, self._fault, self._unkept = KeyPlace.MEMORY, KeyFault.NO_KEYRING, key
            self._note(KeyPlace.NOWHERE, account.account)
        await self._start(self._client_of(key), place, account)

    async def _write_file(self) -> None:
        key = self._unkept
        if key is None:
            return
        account_id = self.state.account_id
        self._note(KeyPlace.FILE, account_id)
        try:
            await in_thread(self._file.save, key)
        except KeyProblemError as error:
            log.warning("The key of the API can't be kept: %s", error)
            self._note(KeyPlace.NOWHERE, account_id)
            self._fault = KeyFault.FILE
            return
        self._place, self._unkept = KeyPlace.FILE, None

    async def _remove(self) -> None:
        await self._end_session()
        self._place = KeyPlace.NOWHERE
        await self._forget()

    async def _forget(self) -> None:
        """Delete the key of before, wherever it may be."""
        account, kept = self._preferences.get(_ACCOUNT, ""), self._preferences.get(_PLACE, "")
        self._unkept = None
        try:
            await in_thread(self._file.delete)
        except OSError as error:
            log.warning("The file with the key can't be deleted: %s", error.strerror)
            self._fault = KeyFault.NOT_REMOVED
        if account:
            try:
                # Also where it did not seem to keep the key: it may have answered too late.
                await self._keyring.delete(account)
            except KeyProblemError as error:
                if kept == KeyPlace.KEYRING:
                    log.warning("The key of the API can't be deleted: %s", error)
                    self._fault = KeyFault.NOT_REMOVED
        if self._fault is not KeyFault.NOT_REMOVED:
            self._note(KeyPlace.NOWHERE, "")

    async def _start(
        self, client: "BooksClient", place: KeyPlace, account: "Account | None"
    ) -> None:
        from kvitto.ui.services.books_session import BooksSession

        await self._end_session()
        if self._is_closed:
            return
        self._place = place
        self._session = BooksSession(
            client,
            self._backend,
            account,
            lost_keys=self._lost_keys,
            watches=lambda: self._preferences.watches_books,
            keeps_texts=lambda: self._preferences.keeps_texts,
            on_changed=self._on_session,
            on_asked=self.asked.emit,
            on_failed=self.failed.emit,
        )
        self._session.begin()

    def _end_with(self, fault: KeyFault) -> None:
        self._fault = fault
        self.changed.emit()

    def _note(self, place: KeyPlace, account: str) -> None:
        """Remember on the disk where the key is: it is needed to find it, and to delete it."""
        self._preferences.put(_PLACE, place.value)
        self._preferences.put(_ACCOUNT, account)
        self._preferences.flush()


def _own_addresses() -> frozenset[str]:
    # As below.
    from kvitto.reachability.network import own_addresses

    return own_addresses()


def _client_of(key: ApiKey) -> "BooksClient":
    # It takes the HTTP client: the window starts sooner without.
    from kvitto.books.client import BooksClient

    return BooksClient(key)
