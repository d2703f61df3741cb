#!/usr/bin/env bash
# Checks what packaging/build.sh has made, and the scripts, with the tools that others check with:
# packaging/check_package.sh. A minute or less.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv build test
need_debian debian-check-packages || stop "then start again."
cd "$project"
scratch=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$scratch"' EXIT
failed=()
check() {
    local name=$1
    shift
    printf '\n=== %s\n' "$name"
    "$@" || failed+=("$name")
}

# Runs a command whose stderr says what is wrong, whatever its exit code.
is_quiet() {
    "$@" 2>&1 >/dev/null | tee "$scratch/complaints" >&2
    [ ! -s "$scratch/complaints" ]
}

# Lets the archive's script put the program into the menu of a user, and take it out again.
try_archive() {
    local home=$scratch/home folder entry
    mkdir -p "$home"
    tar -xzf "$1" -C "$scratch"
    folder=$(echo "$scratch"/kvitto-*/)
    env -i HOME="$home" PATH="$PATH" "$folder/install.sh"
    entry=$home/.local/share/applications/kvitto.desktop
    desktop-file-validate "$entry" && grep -q "^Exec=\"${folder%/}/kvitto\"$" "$entry" &&
        "$home/.local/bin/kvitto-cli" --version &&
        env -i HOME="$home" PATH="$PATH" "$folder/install.sh" --remove &&
        [ -z "$(find "$home" -name '*kvitto*' -print -quit)" ]
}

# Takes one part after the other out of a copy of the built program: its self-test must fail, and name it.
fails_without_each_part() {
    local name part code=0
    cp -a dist/kvitto "$scratch/kvitto"
    for name in libqxcb.so libqoffscreen.so libxdg-shell.so kvitto_sv.qm qtbase_sv.qm kvitto.svg \
        icons.ttf libpq libQt6PrintSupport _sodium _rust; do
        part=$(find "$scratch/kvitto/_internal" -name "$name*" -type f)
        mv "$part" "$scratch/part"
        fails_and_names "$name" || code=1
        mv "$scratch/part" "$part"
    done
    mkdir "$scratch/none"
    echo "no certificates" >"$scratch/none.crt"
    SSL_CERT_FILE=$scratch/none.crt SSL_CERT_DIR=$scratch/none fails_and_names certificates || code=1
    return $code
}
fails_and_names() {
    if "$scratch/kvitto/kvitto" --selftest >"$scratch/selftest" 2>&1; then
        echo "the self-test passes without $1."
        return 1
    fi
    grep "The self-test failed: .*$1" "$scratch/selftest" || { cat "$scratch/selftest"; return 1; }
}

# A command that shows no window must not load Qt: neither must the receiver.
loads_no_qt() {
    LD_DEBUG=files dist/kvitto/kvitto-cli --help 2>"$scratch/loaded" >/dev/null &&
        ! grep -m 3 libQt6 "$scratch/loaded"
}

# Lets the self-test keep a password in a real keyring, which is opened as by a log-in.
keeps_passwords() {
    mkdir -m 700 "$scratch/alone"
    # shellcheck disable=SC2016 # the inner shell's
    env -i HOME="$scratch/alone" XDG_RUNTIME_DIR="$scratch/alone" PATH="$PATH" LC_ALL=C.UTF-8 \
        dbus-run-session -- sh -c 'printf password | gnome-keyring-daemon --unlock --components=secrets \
            >/dev/null 2>&1 && exec dist/kvitto/kvitto --selftest' >"$scratch/keyring" 2>&1 || true
    grep "The keyring kept an entry" "$scratch/keyring" || { cat "$scratch/keyring"; return 1; }
}

# The code of the systems that this is not: beside the rest, which takes one core.
for system in win32 darwin; do
    "$venv/bin/mypy" --platform "$system" --cache-dir "$project/.mypy_cache/$system" app \
        >"$scratch/mypy-$system" 2>&1 &
    echo $! >"$scratch/mypy-$system.pid"
done
show_mypy() {
    wait "$(cat "$scratch/mypy-$1.pid")" && local code=0 || local code=$?
    cat "$scratch/mypy-$1"
    return "$code"
}

shopt -s nullglob
packages=(dist/kvitto_*.deb)
archives=(dist/kvitto-*-linux-*.tar.gz)
[ ${#archives[@]} -gt 0 ] && { [ ${#packages[@]} -gt 0 ] || ! command -v dpkg-deb >/dev/null; } ||
    stop "there is nothing to check: packaging/build.sh makes it."
check "shellcheck" shellcheck --severity=warning --external-sources packaging/*.sh .ci/run
check "desktop-file-validate" desktop-file-validate resources/desktop/kvitto.desktop
for package in "${packages[@]}"; do
    dpkg-deb -x "$package" "$scratch/deb"
    check "lintian" lintian --fail-on error "$package"
    check "appstreamcli" appstreamcli validate --no-net --pedantic \
        "$scratch/deb/usr/share/metainfo/se.kvitto.Kvitto.metainfo.xml"
    check "man" is_quiet man --warnings --local-file --pager=cat \
        "$scratch/deb/usr/share/man/man1/kvitto.1.gz"
    check "mandoc" mandoc -T lint -W warning build/share/man/man1/*.1
    check "completion" bash -n "$scratch/deb/usr/share/bash-completion/completions/kvitto"
done
for archive in "${archives[@]}"; do check "install.sh" try_archive "$archive"; done
check "a part that is missing" fails_without_each_part
check "no Qt without a window" loads_no_qt
check "keyring" keeps_passwords
for system in win32 darwin; do check "mypy for $system" show_mypy "$system"; done

if [ ${#failed[@]} -gt 0 ]; then stop "failed:$(printf ' %s,' "${failed[@]}" | sed 's/,$/./')"; fi
say "what was built is as it should be."
