# shellcheck shell=bash
# Makes what Kvitto runs in: .venv in the project's folder, and the system's libraries that Qt needs.
# run.sh, test.sh and bench.sh source it. What it has to say goes to stderr: stdout is the program's.
#
#   KVITTO_PYTHON=…   use this Python, and no other
#   KVITTO_APT=no     never install a system package: say which line would

project=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$project/.venv
stamp=$venv/kvitto-stamp
constraints=$project/packaging/constraints.txt

say() { printf 'kvitto: %s\n' "$*" >&2; }

stop() {
    say "$@"
    exit 1
}

# --- the system's packages ---------------------------------------------------------------------

# Prints the names that a list holds.
listed_packages() { sed -e 's/#.*//' "$1" | tr -s '[:space:]' '\n' | sed '/^$/d'; }

# Prints those of the given packages that are neither installed nor provided by one that is.
missing_packages() {
    dpkg-query --show --showformat='${db:Status-Abbrev}\t${Package}, ${Provides}\n' 2>/dev/null |
        awk -F '\t' -v wanted="$*" '
            $1 ~ /^.i/ {
                gsub(/\([^)]*\)/, "", $2)
                count = split($2, names, /[ ,]+/)
                for (i = 1; i <= count; i++) have[names[i]] = 1
            }
            END {
                count = split(wanted, names, " ")
                for (i = 1; i <= count; i++) if (!(names[i] in have)) print names[i]
            }'
}

# Installs packages if this user may. False, after saying the line that would do it, if not.
install_packages() {
    local as_root=()
    if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
    if [ "${KVITTO_APT:-yes}" = yes ] && "${as_root[@]}" true 2>/dev/null; then
        say "installing from Debian: $*"
        local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
            apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
        # One bad source in somebody's list need not matter: the install will tell.
        "${apt[@]}" update >&2 || true
        if "${apt[@]}" install --no-install-recommends "$@" </dev/null >/dev/null; then return 0; fi
        say "that did not work."
    fi
    say "some packages of the system are missing. This line installs them:"
    say "    sudo apt-get install $*"
    return 1
}

# Sees to it that the packages of the lists packaging/NAME.txt are there. False if some still are not.
# Where there is no apt, there is nothing to see to.
need_debian() {
    local name wanted=() missing
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then return 0; fi
    for name in "$@"; do
        if [ "$venv/$name.seen" -nt "$project/packaging/$name.txt" ]; then continue; fi
        mapfile -t -O ${#wanted[@]} wanted < <(listed_packages "$project/packaging/$name.txt")
    done
    if [ ${#wanted[@]} -eq 0 ]; then return 0; fi
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    if [ ${#missing[@]} -gt 0 ]; then install_packages "${missing[@]}" || return 1; fi
    for name in "$@"; do touch "$venv/$name.seen"; done
}

# --- Python -------------------------------------------------------------------------------------

# Prints which Python this is; nothing if it is no Python, or one that is too old.
python_version() {
    "$1" -I -S -c '
import sys
if sys.version_info >= (3, 11):
    print(" ".join(sys.version.split()))' 2>/dev/null || true
}

# Tells whether a Python has what Kvitto needs of it: one that was built without some headers has not.
is_whole() { "$1" -I -c 'import ctypes, sqlite3, ssl' >/dev/null 2>&1; }

# Prints the command of the Python to build on: the newest that fits. What pyenv keeps is looked for
# where it keeps it, since its commands on the PATH fail for those that are not switched on.
find_python() {
    local name kept candidate candidates=()
    if [ -n "${KVITTO_PYTHON:-}" ]; then
        candidates=("$KVITTO_PYTHON")
    else
        for name in python3.13 python3.12 python3.11; do
            candidates+=("$name")
            for kept in "${PYENV_ROOT:-${HOME:-}/.pyenv}/versions/${name#python}".*[0-9]/bin/"$name"; do
                if [ -x "$kept" ]; then candidates+=("$kept"); fi
            done
        done
        candidates+=(python3)
    fi
    for candidate in "${candidates[@]}"; do
        if [ -n "$(python_version "$candidate")" ] && is_whole "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    say "Kvitto needs Python 3.11 or newer, and found none (looked for: ${candidates[*]})."
    say "Install one, or name it: KVITTO_PYTHON=/path/to/python3"
    return 1
}

# Makes an empty .venv. Debian keeps what that takes in a package of its own.
make_venv() {
    local python=$1 package
    if ! "$python" -I -c 'import ensurepip, venv' 2>/dev/null; then
        package=$("$python" -I -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if ! command -v apt-get >/dev/null; then
            stop "$python cannot make virtual environments: its module ensurepip is missing."
        fi
        install_packages "$package" || stop "then start again."
    fi
    "$python" -m venv --clear "$venv" >&2
}

# --- .venv --------------------------------------------------------------------------------------

# The stamp has three lines: what .venv stands on, what it was installed from, and with what extras.

# Prints the first: a Python, and the folder, whose path is written into what pip installs.
foundation() { printf '%s in %s\n' "$(python_version "$1")" "$project"; }

# Prints the second.
inputs() { cat "$project/pyproject.toml" "$constraints" | cksum; }

# True if .venv is whole, fits this project and has these extras.
# Sets had_foundation, empty if .venv is of no use, and had_extras.
venv_is_ready() {
    local had_inputs extra
    had_foundation='' had_inputs='' had_extras=''
    if [ ! -f "$stamp" ]; then return 1; fi
    { read -r had_foundation && read -r had_inputs && read -r had_extras; } <"$stamp" || true
    if [ "$had_foundation" != "$(foundation "${KVITTO_PYTHON:-$venv/bin/python}")" ]; then
        had_foundation=''
        return 1
    fi
    if [ "$had_inputs" != "$(inputs)" ]; then return 1; fi
    for extra in "$@"; do
        case " $had_extras " in *" $extra "*) ;; *) return 1 ;; esac
    done
}

# Makes .venv, or brings it up to date. It has no stamp until it is whole: an interrupted one is
# made anew.
build_venv() {
    local python version extras pip
    extras=$(printf '%s\n' "$had_extras" "$@" | tr ' ' '\n' | sort -u | xargs)
    rm -f "$stamp"
    if [ -z "$had_foundation" ]; then
        python=$(find_python) || exit 1
        version=$(python_version "$python")
        say "making .venv with Python ${version%% *}. This first start takes a minute."
        make_venv "$python"
    fi
    say "installing packages${extras:+ (with: $extras)} …"
    pip=("$venv/bin/python" -I -m pip --disable-pip-version-check --no-input install -qq
        --constraint "$constraints")
    # First what builds packages, pinned too: Kvitto's own, and that of those that have no wheel.
    if ! "${pip[@]}" hatchling editables setuptools >&2 ||
        ! "${pip[@]}" --no-build-isolation --editable "$project${extras:+[${extras// /,}]}" >&2; then
        stop "the packages could not be installed: pip says why, above. Start again to try again."
    fi
    # Here once: where Python is told to keep no compiled files, each start would compile it all.
    "$venv/bin/python" -I -m compileall -qq "$project/app" || true
    printf '%s\n' "$(foundation "$venv/bin/python")" "$(inputs)" "$extras" >"$stamp.new"
    mv "$stamp.new" "$stamp"
    say "ready."
}

# Sees to it that .venv is there, with the named extras. One at a time: a second start waits.
need_venv() {
    if venv_is_ready "$@"; then return; fi
    exec 9>"$project/.venv.lock"
    if command -v flock >/dev/null && ! flock --nonblock 9; then
        say "waiting for another start to finish the set-up …"
        flock 9
    fi
    if ! venv_is_ready "$@"; then build_venv "$@"; fi
    exec 9>&-
}

# Opens a screen with a window manager until the script ends; sets DISPLAY, and `scratch` to a folder
# that lasts as long.
open_screen() {
    scratch=$(mktemp -d)
    started=()
    trap close_screen EXIT
    # The server takes a free number and tells it.
    Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3>"$scratch/display" 2>/dev/null &
    started+=($!)
    for _ in $(seq 100); do [ -s "$scratch/display" ] && break || sleep 0.1; done
    [ -s "$scratch/display" ] || stop "Xvfb did not start."
    DISPLAY=:$(cat "$scratch/display")
    export DISPLAY
    openbox 2>/dev/null &
    started+=($!)
}
close_screen() {
    if [ ${#started[@]} -gt 0 ]; then kill "${started[@]}" 2>/dev/null || true; fi
    wait 2>/dev/null || true
    rm -rf "$scratch"
}
