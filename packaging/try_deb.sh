#!/usr/bin/env bash
# Tries the built Debian package in a clean system:
#     packaging/try_deb.sh [RELEASE [PACKAGE [NEWER PACKAGE]]]
# RELEASE is bookworm, trixie, jammy, noble …; without it, this computer's. The clean system has no
# Python and nothing but what the package asks for. Root only, since it makes one with debootstrap, the
# first time: build/clean keeps it. Packages are taken from where this computer takes Debian's;
# KVITTO_MIRROR names another place, which Ubuntu's releases need. Without a NEWER PACKAGE, the upgrade
# is to the same one with a higher number.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
# shellcheck source=packaging/clean_debian.sh
source "$project/packaging/clean_debian.sh"

[ "$(id -u)" = 0 ] || stop "only root can make a clean Debian to try it in."
shopt -s nullglob
built=("$project"/dist/kvitto_*.deb)
release=${1:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)}
package=${2:-${built[0]:-}}
newer=${3:-}
[ -f "$package" ] || stop "there is no package: packaging/build.sh makes it."
need_venv test
need_debian debian-test-packages debian-build-packages || stop "then start again."

scratch=$(mktemp -d)
root=$scratch/root
started=()
clean_up() {
    if [ ${#started[@]} -gt 0 ]; then kill "${started[@]}" 2>/dev/null || true; fi
    # The receiver is a process of its own, and would outlive all this.
    left=$(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$root"/home/anna/.local/share/kvitto/instance.json \
        2>/dev/null || true)
    if [ -n "$left" ] && [[ $(readlink "/proc/$left/root") == "$root"* ]]; then kill "$left"; fi
    wait 2>/dev/null || true
    umount "$root/proc" 2>/dev/null || true
    rm -rf "$scratch"
}
in_root=(chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8)
in_root() { "${in_root[@]}" "$@"; }
set_display() {
    as_anna=("${in_root[@]}" "DISPLAY=$1" HOME=/home/anna
        setpriv --reuid=anna --regid=anna --clear-groups)
}
set_display ""
until_true() {
    local what=$1
    shift
    for _ in $(seq 1200); do if "$@"; then return; fi; sleep 0.1; done
    stop "not seen within 120 s: $what"
}
trap clean_up EXIT

make_clean "$release" "$root"
in_root useradd --create-home anna

say "installing $(basename "$package") with what it depends on, and nothing else …"
cp "$package" "$root/tmp/kvitto.deb"
in_root DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends \
    /tmp/kvitto.deb >"$scratch/apt.log" 2>&1 || { tail "$scratch/apt.log" >&2; stop "it can't be installed."; }
if in_root sh -c 'command -v python3' >/dev/null; then stop "the clean Debian has a Python."; fi
say "installed: $(in_root dpkg-query --show kvitto | tr '\t' ' '); there is no Python."
timeout 600 "${as_anna[@]}" kvitto --selftest || stop "its self-test failed."

Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3>"$scratch/display" 2>/dev/null &
started+=($!)
until_true "a screen" test -s "$scratch/display"
DISPLAY=:$(cat "$scratch/display")
export DISPLAY
set_display "$DISPLAY"
openbox 2>/dev/null &
started+=($!)

data=$root/home/anna/.local/share/kvitto
menu_command=$(sed -n 's/^Exec=//p' "$root/usr/share/applications/kvitto.desktop")
start() {
    say "starting it by its menu entry's command: $menu_command"
    # Another program, or another Kvitto, may have the usual port of this computer.
    "${as_anna[@]}" sh -c "exec $menu_command --port 0" &
    program=$!
    started+=("$program")
    until_true "it listens" is_received
}
has_ended() { ! jobs -pr | grep -qx "$program"; }
end() {
    kill -TERM "$program"
    until_true "it ends" has_ended
    wait "$program" || stop "it did not end properly."
}
receiver() { sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$data/instance.json" 2>/dev/null; }
is_received() {
    local pid
    # One that was killed is in /proc until somebody has asked how it ended, but has no program.
    pid=$(receiver) && [ -n "$pid" ] && readlink "/proc/$pid/exe" >/dev/null && grep -q '"address": *"http' "$data/instance.json"
}
url() {
    "$venv/bin/python" - "$data" <<'PY'
import sys
from pathlib import Path
from kvitto.clock import utc_now
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import open_database
from kvitto.store.lockfile import read_instance_info
folder = Path(sys.argv[1])
with open_database(folder, must_exist=True) as database:
    print(f"{read_instance_info(folder).address}/r/{CallbackKeyStore(database).newest(utc_now()).value}")
PY
}
count() { timeout 120 "${as_anna[@]}" kvitto-cli export --table reports --format jsonl - | wc -l; }
has() { [ "$(count)" = "$1" ]; }
post_sample() {
    "$venv/bin/python" -c '
import sys, urllib.request
from kvitto.ui.selftest.selftest import SAMPLE
answer = urllib.request.urlopen(urllib.request.Request(sys.argv[1], SAMPLE), timeout=10)
sys.exit(0 if answer.status == 200 else 1)' "$1"
}

start
say "sending the sender's sample …"
post_sample "$(url)" || stop "the sample was not answered 200."
has 1 || stop "the sample is not kept."
say "killing it and its receiver (kill -9), and starting it again …"
kill -9 "$program" "$(receiver)"
wait "$program" 2>/dev/null || true
start
has 1 || stop "the sample was lost."

say "a campaign …"
timeout 600 "${as_anna[@]}" kvitto-cli simulate --url "$(url)" --messages 300 --batches 3 --rate 200 --seed 1 \
    >"$scratch/card" 2>&1 || { cat "$scratch/card" >&2; stop "the campaign went wrong."; }
say "a campaign over HTTPS, with a certificate of an authority of its own …"
port=$(url | sed -n 's|^http://[^/]*:\([0-9]*\)/.*|\1|p')
"$venv/bin/python" "$project/packaging/https_front.py" "$port" "$scratch/authority.crt" \
    >"$scratch/https" &
started+=($!)
until_true "a server with HTTPS" test -s "$scratch/https"
secure=$(url | sed "s|^http://[^/]*|https://127.0.0.1:$(cat "$scratch/https")|")
# What is refused is tried again for long.
over_https() {
    timeout "$1" "${as_anna[@]}" kvitto-cli simulate --url "$secure" --messages 5 --seed 2 \
        >"$scratch/card" 2>&1
}
if over_https 15; then stop "an authority is trusted that nobody has installed."; fi
cp "$scratch/authority.crt" "$root/usr/local/share/ca-certificates/kvitto-test.crt"
in_root update-ca-certificates >/dev/null 2>&1
over_https 120 || { cat "$scratch/card" >&2; stop "this computer's certificates are not trusted."; }
kept=$(count)
say "kept: $kept reports"

if compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null; then
    say "a store on a server, with a certificate of its own …"
    PYTHONPATH=$project "$venv/bin/python" "$project/packaging/store_server.py" "$scratch/store.crt" \
        >"$scratch/store" &
    started+=($!)
    until_true "a server for stores" test -s "$scratch/store"
    store=$(cat "$scratch/store")
    on_server=(timeout 120 "${as_anna[@]}" env KVITTO_STORE="$store" kvitto-cli)
    if "${on_server[@]}" store create "$store" 2>/dev/null; then stop "a server is trusted that nobody vouches for."; fi
    cp "$scratch/store.crt" "$root/usr/local/share/ca-certificates/kvitto-store.crt"
    in_root update-ca-certificates >/dev/null 2>&1
    "${on_server[@]}" store create "$store" || stop "no store can be made on a server."
    "${on_server[@]}" receive --port 0 >"$scratch/receive" &
    receiving=$!
    started+=("$receiving")
    until_true "it receives for the server" test -s "$scratch/receive"
    post_sample "$(head -n 1 "$scratch/receive")" || stop "the server's sample was not answered 200."
    kill "$receiving"
    wait "$receiving" || stop "what received for the server did not end properly."
    [ "$("${on_server[@]}" export --table reports --format jsonl - | wc -l)" = 1 ] ||
        stop "the server has no report."
else
    say "there is no PostgreSQL here: a store on a server is not tried."
fi
sleep 2
mkdir -p "$project/build"
import -window root "$project/build/packaged.png"
say "a picture of it: build/packaged.png"

say "upgrading it while it runs …"
if [ -z "$newer" ]; then
    newer=$scratch/newer.deb
    dpkg-deb --raw-extract "$package" "$scratch/newer"
    sed -i 's/^Version: .*/&.1/' "$scratch/newer/DEBIAN/control"
    dpkg-deb -Znone --root-owner-group --build "$scratch/newer" "$newer" >/dev/null
fi
cp "$newer" "$root/tmp/kvitto.deb"
in_root DEBIAN_FRONTEND=noninteractive apt-get -qq -y install /tmp/kvitto.deb >"$scratch/apt.log" 2>&1 ||
    { tail "$scratch/apt.log" >&2; stop "it can't be upgraded."; }
say "upgraded to $(in_root dpkg-query --show kvitto | tr '\t' ' ')"
end
start
has "$kept" || stop "reports were lost by the upgrade."
timeout 120 "${as_anna[@]}" kvitto-cli check || stop "the store does not agree with its reports."
end
say "removing it …"
in_root apt-get -qq -y purge kvitto >/dev/null 2>&1
[ ! -e "$root/usr/lib/kvitto" ] || stop "something is left in /usr/lib/kvitto."
[ -f "$data/kvitto.db" ] || stop "the user's data is gone."
say "removed; the user's data is still there. All was seen."
