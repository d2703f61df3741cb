#!/usr/bin/env bash
# Makes the README's and the user guide's pictures: packaging/pictures.sh. The real program, on a screen of its own.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv test
need_debian debian-libraries debian-test-packages || say "going on without them."
for tool in Xvfb openbox xdotool import; do
    command -v "$tool" >/dev/null || stop "$tool is missing, and without it there are no pictures."
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
# The pictures look the same on any machine: a Swedish office's, and the window in English.
unset LC_ALL
export DISPLAY QT_QPA_PLATFORM=xcb LC_CTYPE=C.UTF-8 LANG=en_SE.UTF-8
openbox 2>/dev/null &
started+=($!)

"$venv/bin/python" packaging/pictures.py "$scratch/data" resources/pictures
