#!/usr/bin/env bash
# Makes the README's pictures: packaging/pictures.sh. The real program, on a screen of its own.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv test
need_debian debian-libraries || say "going on without them."
for tool in Xvfb openbox import; do
    command -v "$tool" >/dev/null || stop "$tool is missing: apt-get install xvfb openbox imagemagick"
done

cd "$project"
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
export DISPLAY QT_QPA_PLATFORM=xcb LC_ALL=C.UTF-8
openbox 2>/dev/null &
started+=($!)

"$venv/bin/python" packaging/pictures.py "$scratch/data" resources/pictures
