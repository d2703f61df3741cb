#!/usr/bin/env bash
# Runs every check: packaging/test.sh [--quick] [arguments of pytest]. The first run makes what they
# need.
#   --quick   leaves out what is marked `slow`, tries a tenth of the examples, and measures no coverage.
# With arguments, which may pick a few tests, the floor of the coverage is not asked for, and one
# process runs them. Without, there are two more than cores.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv test
need_debian debian-libraries debian-test-packages || stop "then start again."
# A person's machine gets no new service unasked.
if [ -d /run/systemd/system ] && [ -z "${CI:-}" ]; then KVITTO_APT=${KVITTO_APT:-no}; fi
need_debian debian-test-services || stop "then start again."
cd "$project"
export PATH=$venv/bin:$PATH
# Each program that a test starts would compile all of its modules.
unset PYTHONDONTWRITEBYTECODE
export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}

is_quick=no
if [ "${1:-}" = --quick ]; then
    is_quick=yes
    shift
fi

# In memory, where there is room for it: what is flushed to a disk keeps each test waiting, and those
# that need a disk make one.
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] &&
    [ "$(df --output=avail --block-size=1M /dev/shm | tail -n 1)" -ge 4096 ]; then
    TMPDIR=/dev/shm/kvitto-$(id -u)
    export TMPDIR
    mkdir -p "$TMPDIR"
    chmod 700 "$TMPDIR"
fi

failed=()
check() {
    local name=$1
    shift
    printf '\n=== %s\n' "$name"
    "$@" || failed+=("$name")
}

# Begins a check whose output is shown by `end_beside`.
beside=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$beside"' EXIT
begin_beside() {
    local name=$1
    shift
    "$@" >"$beside/$name" 2>&1 &
    printf '%s' "$!" >"$beside/$name.pid"
}
show_beside() {
    wait "$(cat "$beside/$1.pid")" && local code=0 || local code=$?
    cat "$beside/$1"
    return "$code"
}
end_beside() { check "$1" show_beside "$1"; }

# The whole suite starts hundreds of programs beside each other, and a machine that is shared stands
# still for seconds. What failed in such a run is tried once more, alone, and named here: a test that
# passes then is a fault of the test, to be mended. More than a few are no chance.
at_most_again=5
run_pytest() {
    rm -f .pytest_cache/v/cache/lastfailed
    pytest "${workers[@]}" "${coverage[@]}" "$@" && return
    local code=$? failed
    [ $code -eq 1 ] && [ ${#workers[@]} -gt 0 ] && [ -f .pytest_cache/v/cache/lastfailed ] || return $code
    failed=$(python -c 'import json; print(len(json.load(open(".pytest_cache/v/cache/lastfailed"))))')
    [ "$failed" -gt 0 ] && [ "$failed" -le $at_most_again ] || return $code
    printf '\n=== pytest, once more and alone, what failed beside others: %s\n' "$failed"
    pytest --last-failed --last-failed-no-failures none --no-cov "$@" || return
    [ $is_quick = yes ] || coverage report --format=total
}

coverage=(--cov --cov-report=term:skip-covered)
workers=()
if [ $# -gt 0 ]; then
    coverage+=(--cov-fail-under=0)
else
    # Whole files, in the order of collection: what the tests of a file share is made once.
    # More of them than cores: many tests wait for a program, and it for its disk or its clock.
    cores=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
    workers=(--numprocesses $((cores + 2)) --dist loadfile --no-loadscope-reorder)
fi
if [ $is_quick = yes ]; then
    export HYPOTHESIS_PROFILE=${HYPOTHESIS_PROFILE:-quick}
    # What took longer than a second is named: it wants to be shorter, or marked `slow`.
    coverage=(-m "not slow" --durations=10 --durations-min=1)
fi

printf '=== %s, the newest that fits of what this computer has\n' "$("$venv/bin/python" --version)"
check "ruff format" ruff format --check .
check "ruff check" ruff check .
check "lint-imports" lint-imports
begin_beside "mypy" mypy app tests
if [ ${#workers[@]} -gt 0 ] && [ ! -d tests/__pycache__ ]; then
    # In a fresh clone, each of the processes would compile all tests.
    pytest --collect-only --quiet tests/ui >/dev/null 2>&1 &
    compiling=$!
    pytest --collect-only --quiet --ignore tests/ui >/dev/null 2>&1 || true
    wait $compiling || true
fi
check "pytest" run_pytest "$@"
end_beside "mypy"

if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFailed:%s\n' "$(printf ' %s,' "${failed[@]}" | sed 's/,$/./')"
    exit 1
fi
printf '\nAll checks passed.\n'
