#!/usr/bin/env bash
# Tries the built .tar.gz in a clean system: packaging/try_archive.sh [RELEASE [ARCHIVE]]. RELEASE is
# jammy, which is its floor, bookworm …; see try_deb.sh. First without any package: what needs no window
# works, and the window says what is missing. Then with those that NEEDS.txt names, and no other. Root
# only.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
# shellcheck source=packaging/clean_debian.sh
source "$project/packaging/clean_debian.sh"

[ "$(id -u)" = 0 ] || stop "only root can make a clean system to try it in."
shopt -s nullglob
built=("$project"/dist/kvitto-*-linux-*.tar.gz)
release=${1:-jammy}
archive=${2:-${built[0]:-}}
[ -f "$archive" ] || stop "there is no archive: packaging/build.sh makes it."
scratch=$(mktemp -d)
root=$scratch/root
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf "$scratch"' EXIT
in_root=(chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8)
anna=("${in_root[@]}" HOME=/home/anna setpriv --reuid=anna --regid=anna --clear-groups)
kvitto() { timeout 600 "${anna[@]}" "/home/anna/.local/bin/$1" "${@:2}"; }

make_clean "$release" "$root"
"${in_root[@]}" useradd --create-home anna
mkdir "$root/home/anna/programs"
tar -xzf "$archive" -C "$root/home/anna/programs"
folder=$(echo "$root"/home/anna/programs/kvitto-*)
"${in_root[@]}" chown -R anna: /home/anna
"${anna[@]}" "${folder#"$root"}/install.sh"

say "without any package …"
kvitto kvitto-cli --version --verbose
"${anna[@]}" timeout 60 /home/anna/.local/bin/kvitto-cli receive --port 0 >"$scratch/url" &
receiving=$!
for _ in $(seq 600); do if [ -s "$scratch/url" ]; then break; fi; sleep 0.1; done
timeout 120 "${anna[@]}" /home/anna/.local/bin/kvitto-cli simulate --url "$(head -n 1 "$scratch/url")" \
    --messages 20 --seed 1 >"$scratch/card" 2>&1 || { cat "$scratch/card" >&2; stop "it does not receive."; }
kill "$receiving"
wait "$receiving" 2>/dev/null || true
[ "$(kvitto kvitto-cli export --table reports --with-demo --format jsonl - | wc -l)" -ge 20 ] ||
    stop "what was received is not kept."
kvitto kvitto-cli check
if kvitto kvitto --selftest >"$scratch/selftest" 2>&1; then stop "the window needs nothing of what NEEDS.txt names."; fi
grep "A library of the system is missing" "$scratch/selftest" ||
    { cat "$scratch/selftest" >&2; stop "it does not say what is missing."; }

mapfile -t packages < <(sed -n 's/^ *sudo apt install //p' "$folder/NEEDS.txt" | tr ' ' '\n')
[ ${#packages[@]} -gt 0 ] || stop "NEEDS.txt names no packages."
say "with these: ${packages[*]}, and ca-certificates …"
"${in_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends \
    "${packages[@]}" ca-certificates >"$scratch/apt.log" 2>&1 ||
    { tail "$scratch/apt.log" >&2; stop "they can't be installed."; }
kvitto kvitto --selftest || stop "its self-test failed."
"${anna[@]}" "${folder#"$root"}/install.sh" --remove
say "on $release, the archive works."
