#!/usr/bin/env bash
# Runs every check: packaging/test.sh [arguments of pytest]. The first run makes what they need.
# With arguments, which may pick a few tests, the floor of the coverage is not asked for, and one
# process runs them. Without, there is one for each core.
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
export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}

failed=()
check() {
    local name=$1
    shift
    printf '\n=== %s\n' "$name"
    "$@" || failed+=("$name")
}

coverage=(--cov --cov-report=term:skip-covered)
workers=()
if [ $# -gt 0 ]; then
    coverage+=(--cov-fail-under=0)
else
    # Whole files, in the order of collection: what the tests of a file share is made once.
    workers=(--numprocesses auto --dist loadfile --no-loadscope-reorder)
fi

check "ruff format" ruff format --check .
check "ruff check" ruff check .
check "lint-imports" lint-imports
check "mypy" mypy app tests
check "pytest" pytest "${workers[@]}" "${coverage[@]}" "$@"

if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFailed:%s\n' "$(printf ' %s,' "${failed[@]}" | sed 's/,$/./')"
    exit 1
fi
printf '\nAll checks passed.\n'
