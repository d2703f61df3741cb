"""What is measured of a run: the modules that are imported, and the tests; not the search for them.

To look for tests is work of pytest's alone, which takes twice as long where it is measured.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

import kvitto


@contextmanager
def search_is_unmeasured(config: pytest.Config) -> Iterator[None]:
    """Measure nothing within."""
    measuring = _measuring(config)
    if measuring is None or not measuring.started:
        yield
        return
    measuring.pause()
    try:
        yield
    finally:
        measuring.resume()


def import_program(config: pytest.Config) -> None:
    """Import all of the program while it is measured.

    What a conftest.py or an unmeasured test imports first would seem never to have run.
    """
    measuring = _measuring(config)
    if measuring is None or not measuring.started:
        return
    for module in walk_packages(kvitto.__path__, f"{kvitto.__name__}."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


def import_measured(module: pytest.Module) -> None:
    """Import a module of tests now, and measure what that runs of ours."""
    measuring = _measuring(module.config)
    if measuring is None or measuring.started:
        return
    measuring.resume()
    try:
        # Whatever it raises, it raises again where pytest itself imports it, and tells of it.
        with suppress(Exception):
            _ = module.obj
    finally:
        measuring.pause()


def end_measuring_before_session(config: pytest.Config) -> None:
    """End what measures a process of pytest-xdist before its session begins.

    WORKAROUND pytest-cov: such a process begins to measure itself twice, when it is set up and with
    its session. What stops the second leaves the first running: all that is marked `no_cover` is
    measured all the same, and takes five times as long.
    """
    measuring = _measuring(config)
    if measuring is not None:
        measuring.pause()


def forget_programs_are_measured(patch: pytest.MonkeyPatch | None = None) -> None:
    """Have programs that are started from now on not measured; with `patch`, until it is undone."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_PROCESS_")]:
        if patch is None:
            del os.environ[name]
        else:
            patch.delenv(name)


def _measuring(config: pytest.Config) -> Any:
    """Return what starts and stops the measuring; None where nothing is measured."""
    plugin = config.pluginmanager.getplugin("_cov")
    return None if plugin is None else plugin.cov_controller
