"""What holds for every test: it logs nothing unasked, and touches nobody's files or machines."""

import logging
import os
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import HealthCheck, is_hypothesis_test, settings

from kvitto.paths import DATA_DIR_VARIABLE
from kvitto.reachability import host_scope
from tests.helpers.logwatch import LogWatch
from tests.helpers.loops import LoopFactory, is_for_the_window, loop_factories
from tests.helpers.measuring import (
    end_measuring_before_session,
    forget_programs_are_measured,
    import_measured,
    import_program,
    search_is_unmeasured,
)
from tests.helpers.network import NetworkGuard
from tests.helpers.statements import statements_made_once

if TYPE_CHECKING:
    from tests.helpers.postgres import Cluster

# CI tries the same examples every time; people and long runs try new ones.
# Drawing examples is slow where other programs compute: that is no fault of ours.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A test that suppresses another of its checks has to name this one again.
settings.register_profile(
    "ci", _PATIENT, max_examples=50, derandomize=True, database=None, print_blob=True
)
settings.register_profile("dev", _PATIENT)
settings.register_profile("thorough", _PATIENT, max_examples=2000)
settings.register_profile("quick", _PATIENT, max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))

_LONGEST = (
    "tests/journeys/",
    "tests/benchmarks/",
    "tests/packaging/",
    "tests/ui/test_",
    "tests/books/test_repair",
    "tests/receiver/test_receiver_link_process.py",
    "tests/store/test_attacks.py",
)
"""Begun last, one of these would keep one worker busy while the others have nothing to do."""

_MEASURED = (
    *(
        f"tests/journeys/test_{name}.py"
        for name in (
            "ask",
            "receive",
            "receive_trouble",
            "restore",
            "simulate",
            "trouble",
            "tunnel",
            "window",
        )
    ),
    "tests/receiver/test_receiver_link_process.py",
    "tests/ui/test_asking_window.py",
    "tests/ui/test_dialogs.py",
    "tests/ui/test_main_window_trouble.py",
    "tests/ui/test_server_store.py",
)
"""What only a whole program or a whole window runs, these run, slow as they are."""

_SLOW = (
    "tests/journeys/",
    "tests/benchmarks/",
    "tests/books/test_repair",
    "tests/receiver/test_receiver_link_process.py",
    "tests/store/test_attacks.py",
    "tests/test_loading.py",
    "tests/ui/test_asking_rows.py",
    "tests/ui/test_asking_window.py",
    "tests/ui/test_dialogs.py",
    "tests/ui/test_main_window_trouble.py",
    "tests/ui/test_one_moment.py",
    "tests/ui/test_server_store.py",
    "tests/ui/test_watched_window.py",
)
"""What starts the program, a whole window or a whole receiver again and again."""


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, LoopFactory]:
    """Give qasync's loop to the tests that are marked for it."""
    return loop_factories(item)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Have the processes that run tests not measured as programs that are started, too."""
    forget_programs_are_measured()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Have such a process measured once, so that it is not measured where that is stopped."""
    if hasattr(session.config, "workerinput"):
        end_measuring_before_session(session.config)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Look for tests without measuring that."""
    import_program(session.config)
    with search_is_unmeasured(session.config):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> None:
    """Measure all the same what a module of tests runs when it is imported."""
    if isinstance(collector, pytest.Module):
        import_measured(collector)


# First of all: whoever chooses by markers is to see those that are set here.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with what takes longest, and have the QApplication there before its loop is made."""
    # Stable, so that what workers are given is the same in each of them.
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))
    for item in items:
        if item.nodeid.startswith(_SLOW):
            item.add_marker(pytest.mark.slow)
        if is_hypothesis_test(getattr(item, "obj", None)) or runs_what_others_do(item):
            # It would run the same lines a thousand times, each time slower: others measure them.
            item.add_marker(pytest.mark.no_cover)
        if isinstance(item, pytest.Function) and is_for_the_window(item):
            item.fixturenames.insert(0, "qapp")


def runs_what_others_do(item: pytest.Item) -> bool:
    """Return whether all that a test runs is run and measured by shorter ones, too."""
    is_slow = item.get_closest_marker("slow") is not None
    return is_slow and not item.nodeid.startswith(_MEASURED)


@pytest.fixture(scope="session", autouse=True)
def _nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Turn every folder and keyring of the user into empty ones, and the desktop into none."""
    # qasync tells of each of its callbacks.
    logging.getLogger("qasync").setLevel(logging.INFO)
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        for bus in ("SESSION", "SYSTEM"):
            patch.setenv(f"DBUS_{bus}_BUS_ADDRESS", f"unix:path={home / 'no-bus'}")
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_made_once() -> Iterator[None]:
    """Make no text of a statement twice: the databases of all tests have the same."""
    with statements_made_once():
        yield


@pytest.fixture(autouse=True)
def _programs_are_measured_like_their_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """Start programs without coverage, too, in a test that is marked `no_cover`."""
    with pytest.MonkeyPatch.context() as patch:
        if request.node.get_closest_marker("no_cover") is not None:
            forget_programs_are_measured(patch)
        yield


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """Return this test's own data folder, empty, and the one that Kvitto takes by default."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_DIR_VARIABLE, str(folder))
        yield folder


@pytest.fixture(autouse=True)
def _no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a window tells from the desktop of whoever runs the tests."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)


@pytest.fixture(autouse=True)
def log_watch(caplog: pytest.LogCaptureFixture) -> Iterator[LogWatch]:
    """Fail a test that logs a warning or an error that it did not ask for.

    To ask: ``with log_watch.expect(logging.WARNING, "Report refused"): …``.
    """
    watch = LogWatch(asked_by_caplog=caplog.handler)
    root = logging.getLogger()
    root.addHandler(watch)
    yield watch
    root.removeHandler(watch)
    unasked = watch.unasked()
    if unasked:
        pytest.fail("logged, and not asked for:\n  " + "\n  ".join(unasked), pytrace=False)


@pytest.fixture(scope="session")
def cluster() -> "Iterator[Cluster]":
    """Run a PostgreSQL server for this run of tests."""
    from tests.helpers.postgres import running_cluster

    with running_cluster() as started:
        yield started


@pytest.fixture(scope="session")
def network_guard() -> NetworkGuard:
    """Return the one guard of this run: it is there to the end."""
    return NetworkGuard()


@pytest.fixture(autouse=True)
def _this_machine_only(network_guard: NetworkGuard) -> Iterator[None]:
    """Fail a test that reaches for another machine."""
    with network_guard.watching():
        yield
    attempts = network_guard.attempts()
    if attempts:
        pytest.fail("reached for another machine: " + ", ".join(attempts), pytrace=False)


@pytest.fixture
def no_blocking() -> Iterator[BlockBuster]:
    """Fail a test in which `kvitto` blocks an asyncio loop: for those of the receiver."""
    with blockbuster_ctx("kvitto") as guard:
        # The measuring of coverage waits for itself where another thread has just begun.
        guard.functions["threading.Lock.acquire"].can_block_in(
            "coverage/collector.py", {"lock_data"}
        )
        yield guard


@pytest.fixture
def loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stand-ins for tunnels be public, though they listen on this computer."""
    monkeypatch.setattr(host_scope, "_COMPUTER_V4", ())
