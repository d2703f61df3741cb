#!/usr/bin/env bash
# Tries whether the tests notice it when the program is changed: packaging/mutate.sh [PART …].
# A part is core, ingest, handler, or one module of core, such as core/money; without any, the first
# three are tried. mutmut changes one thing of a function at a time, and runs the tests that call it.
# What survives is listed; where that is more than a tenth, this fails. Results are kept in
# build/mutants: a later run tries what has changed since.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv test mutate
need_debian debian-libraries || stop "then start again."
unset PYTHONDONTWRITEBYTECODE
export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}
export HYPOTHESIS_PROFILE=${HYPOTHESIS_PROFILE:-ci}
children=${KVITTO_MUTANTS_AT_ONCE:-$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)}

# Prints the modules of a part, and the tests that are to notice a change in them.
modules_of() {
    case $1 in
        core) echo 'src/kvitto/core/*' ;;
        ingest) echo 'src/kvitto/store/ingest.py' ;;
        handler) echo 'src/kvitto/receiver/handler.py' ;;
        core/*) echo "src/kvitto/$1.py" ;;
        *) stop "there is no part $1: choose from core, ingest, handler and core/MODULE" ;;
    esac
}
tests_of() {
    case $1 in
        core) echo tests/core ;;
        ingest)
            echo tests/store/test_{ingest,writer,asked_edits,asked_laws,many_keys}.py
            echo tests/store/test_{rules,rejections}.py
            ;;
        handler)
            echo tests/receiver/test_handler{,_refused,_unauthorized}.py
            echo tests/receiver/test_{after_report,dropped_bodies,http,request_body}.py
            ;;
        # That of other modules may begin with the name, too: it tests this one through them.
        core/*) (cd "$project" && echo "tests/$(dirname "$1")/test_$(basename "$1")"*.py) ;;
    esac
}

# Prints what mutmut reads, and pytest behind it. It knows sources in a folder `src` only.
settings_of() {
    local tests
    printf '[tool.mutmut]\nsource_paths = ["src"]\nonly_mutate = ["%s"]\n' "$(modules_of "$1")"
    tests=$(tests_of "$1" | tr '\n' ' ')
    tests=${tests% }
    printf 'pytest_add_cli_args_test_selection = ["%s"]\n' "${tests// /\", \"}"
    printf 'also_copy = ["resources", "packaging"]\nprocess_isolation = "forkserver"\n'
    sed -n '/^\[tool\.pytest\.ini_options\]/,/^\[tool\.coverage/p' "$project/pyproject.toml" |
        sed '$d'
}

try_part() {
    local work=$project/build/mutants/${1//\//-}
    mkdir -p "$work"
    (cd "$work" && rm -rf src tests resources packaging)
    cp -a "$project/app" "$work/src"
    cp -a "$project/tests" "$project/resources" "$project/packaging" "$work"
    settings_of "$1" >"$work/pyproject.toml"
    cd "$work"
    "$venv/bin/mutmut" run --max-children "$children" || return
    printf '\n=== %s: what survived (show one: cd %s && %s show NAME)\n' \
        "$1" "$work" "$venv/bin/mutmut"
    "$venv/bin/mutmut" results
    "$venv/bin/mutmut" export-cicd-stats >/dev/null
    "$venv/bin/python" - <<'PYTHON'
import json, pathlib, sys

told = json.loads(pathlib.Path("mutants/mutmut-cicd-stats.json").read_text())
noticed = told["killed"] + told["timeout"]
print(f"{noticed} of {told['total']} noticed: {noticed / max(1, told['total']):.1%}")
sys.exit(noticed < 0.9 * told["total"])
PYTHON
}

if [ $# -eq 0 ]; then set -- core ingest handler; fi
for part in "$@"; do modules_of "$part" >/dev/null; done
failed=()
for part in "$@"; do (try_part "$part") || failed+=("$part"); done
if [ ${#failed[@]} -gt 0 ]; then stop "too much survived, or it could not be tried: ${failed[*]}"; fi
