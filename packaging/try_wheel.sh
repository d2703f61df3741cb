#!/usr/bin/env bash
# Builds the wheel, and tries it as somebody installs it: packaging/try_wheel.sh. With pip in a clean
# environment, with `pipx install` and with `uv tool install`, each outside this folder; each lets the
# program test itself. Downloads all that it needs each time.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv
need_debian debian-libraries || say "going on without them."
python=$(find_python) || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset PYTHONPATH

# Lets the installed program test itself, and names the installer.
selftest() {
    local name=$1
    shift
    "$@" --version --verbose
    "$@" --selftest || stop "installed with $name, it failed its self-test."
    say "installed with $name, it works."
}

"$venv/bin/python" -m pip --disable-pip-version-check wheel --quiet --no-deps \
    --no-build-isolation --wheel-dir "$work" "$project"
wheel=$(echo "$work"/kvitto-*.whl)
say "$(basename "$wheel"): $(du -k "$wheel" | cut -f 1) kB"

"$python" -m venv "$work/clean"
"$work/clean/bin/pip" --disable-pip-version-check --quiet install --constraint "$constraints" "$wheel"
selftest pip "$work/clean/bin/kvitto"

"$python" -m venv "$work/tools"
"$work/tools/bin/pip" --disable-pip-version-check --quiet install pipx uv
PIPX_HOME=$work/pipx PIPX_BIN_DIR=$work/pipx-bin "$work/tools/bin/pipx" install --quiet \
    --python "$(command -v "$python")" --pip-args "--constraint $constraints" "$wheel"
selftest pipx "$work/pipx-bin/kvitto"

UV_CACHE_DIR=$work/uv-cache UV_TOOL_DIR=$work/uv UV_TOOL_BIN_DIR=$work/uv-bin \
    "$work/tools/bin/uv" tool install --quiet --python "$(command -v "$python")" \
    --constraints "$constraints" "$wheel"
selftest "uv tool" "$work/uv-bin/kvitto"
