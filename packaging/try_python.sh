#!/usr/bin/env bash
# Runs the tests on another Python than this computer's: packaging/try_python.sh [RELEASE [arguments of
# test.sh]]. RELEASE is a Debian that has it: trixie (3.13, the default), bookworm (3.11). In a clean
# system, into which test.sh installs what it needs; of the commit, not of the folder. Root only.
# Without arguments: test.sh --quick.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
# shellcheck source=packaging/clean_debian.sh
source "$project/packaging/clean_debian.sh"

[ "$(id -u)" = 0 ] || stop "only root can make a clean Debian to try it in."
release=${1:-trixie}
shift || true
[ $# -gt 0 ] || set -- --quick
scratch=$(mktemp -d)
root=$scratch/root
clean_up() {
    umount "$root/dev/shm" "$root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$scratch"
}
trap clean_up EXIT

make_clean "$release" "$root"
mount -t tmpfs tmpfs "$root/dev/shm"
in_root=(chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 CI=true HOME=/root)
# pip asks where this computer's does, and trusts the same authorities.
while IFS= read -r one; do in_root+=("$one"); done < <(env | grep -E '^(PIP_|HTTPS?_PROXY=|https?_proxy=)')
cp /etc/pip.conf "$root/etc/" 2>/dev/null || true
cp -r /usr/local/share/ca-certificates "$root/usr/local/share/" 2>/dev/null || true
"${in_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends \
    ca-certificates python3 python3-venv git procps >"$scratch/apt.log" 2>&1 ||
    { tail "$scratch/apt.log" >&2; stop "Python can't be installed there."; }
mkdir "$root/kvitto"
git -C "$project" archive HEAD | tar -x -C "$root/kvitto"
say "$release has $("${in_root[@]}" python3 --version)."
"${in_root[@]}" /kvitto/packaging/test.sh "$@" || stop "on $release, something failed."
say "on $release, all is as it should be."
