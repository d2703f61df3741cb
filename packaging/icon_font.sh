#!/usr/bin/env bash
# Makes resources/fonts anew: of the Material Design Icons' font, the icons that the window names.
# Run it after naming another icon.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# QtAwesome brings the whole font, and the icons' names. Neither is part of Kvitto.
"$venv/bin/python" -I -m pip --disable-pip-version-check --no-input install -qq --no-deps \
    --target "$work" QtAwesome==1.4.2 fonttools==4.68.0
PYTHONPATH=$work "$venv/bin/python" "$project/packaging/icon_font.py" \
    "$work/qtawesome/fonts" "$project"
