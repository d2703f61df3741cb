#!/usr/bin/env bash
# Makes packaging/constraints.txt anew: the newest packages that pyproject.toml admits.
# On the oldest Python that Kvitto supports, since only there all that any Python needs is installed.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

python=${KVITTO_PYTHON:-python3.11}
case $(python_version "$python") in
    3.11.*) ;;
    *) stop "pinning takes Python 3.11. Name it: KVITTO_PYTHON=/path/to/python3.11" ;;
esac

# What a program that is built on Windows or macOS needs besides.
elsewhere=(colorama macholib pefile pywin32-ctypes)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --upgrade setuptools
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "${project}[test,bench,mutate,build]" hatchling editables "${elsewhere[@]}"
{
    echo "# Every package that Kvitto is run, checked, measured and built with."
    echo "# Made by packaging/pin.sh: change pyproject.toml and run it, not this."
    "$work/venv/bin/pip" freeze --all --disable-pip-version-check --exclude kvitto --exclude pip |
        LC_ALL=C sort --ignore-case
} >"$work/constraints.txt"
mv "$work/constraints.txt" "$constraints"
say "$(grep -c == "$constraints") packages pinned. Now run packaging/test.sh."
