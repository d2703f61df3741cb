#!/usr/bin/env bash
# Brings the translations up to date: collects the window's texts, and compiles what is translated.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv test
need_debian debian-libraries || say "going on without them."
cd "$project"
export QT_QPA_PLATFORM=offscreen
folder=resources/translations
mapfile -t sources < <({ find app/kvitto/ui -name '*.py'
    grep -rl --include='*.py' '^from .* import translatable$' app/kvitto; } | LC_ALL=C sort -u)
collect() { "$venv/bin/pyside6-lupdate" -no-obsolete -locations none -source-language en \
    -tr-function-alias QT_TRANSLATE_NOOP+=translatable "$@"; }

collect "${sources[@]}" -target-language sv -ts "$folder/kvitto_sv.ts"
collect "${sources[@]}" -target-language en -pluralonly -ts "$folder/kvitto_en.ts"
for language in sv en; do
    "$venv/bin/pyside6-lrelease" "$folder/kvitto_$language.ts" -qm "$folder/kvitto_$language.qm"
done
