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

open_screen
export QT_QPA_PLATFORM=xcb
for _ in $(seq 100); do xprop -root _NET_CLIENT_LIST 2>/dev/null | grep -q '#' && break || sleep 0.1; done

"$venv/bin/python" "$project/packaging/time_start.py" "$@"
