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
open_screen
# The pictures look the same on any machine: a Swedish office's, and the window in English.
unset LC_ALL
export QT_QPA_PLATFORM=xcb LC_CTYPE=C.UTF-8 LANG=en_SE.UTF-8

"$venv/bin/python" packaging/pictures.py "$scratch/data" resources/pictures
