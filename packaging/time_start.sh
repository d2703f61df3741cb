#!/usr/bin/env bash
# Measures how soon the packaged program is there, and what it takes of memory, on a screen of its own:
# packaging/time_start.sh [FOLDER …] [--starts N] [--settled SECONDS]
#
# A folder is what packaging/build.sh made (dist/kvitto, if none is given). Several take turns, so that whatever
# else the computer does meanwhile hinders them alike.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv
need_debian debian-libraries debian-test-packages || say "going on without them."
for tool in Xvfb openbox xprop; do
    command -v "$tool" >/dev/null || stop "$tool is missing, and without it nothing can be measured."
done

scratch=$(mktemp -d)
started=()
clean_up() {
    if [ ${#started[@]} -gt 0 ]; then kill "${started[@]}" 2>/dev/null || true; fi
    wait 2>/dev/null || true
    rm -rf "$scratch"
}
trap clean_up EXIT

# The server takes a free number and tells it.
Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3>"$scratch/display" 2>/dev/null &
started+=($!)
for _ in $(seq 100); do [ -s "$scratch/display" ] && break || sleep 0.1; done
[ -s "$scratch/display" ] || stop "Xvfb did not start."
DISPLAY=:$(cat "$scratch/display")
export DISPLAY QT_QPA_PLATFORM=xcb
openbox 2>/dev/null &
started+=($!)
for _ in $(seq 100); do xprop -root _NET_CLIENT_LIST 2>/dev/null | grep -q '#' && break || sleep 0.1; done

"$venv/bin/python" "$project/packaging/time_start.py" "$@"
