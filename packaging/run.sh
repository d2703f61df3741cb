#!/usr/bin/env bash
# Starts Kvitto: packaging/run.sh [command and options]. The first start makes what it runs in.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

# A server that only receives needs nothing of what windows take from the system.
opens_window=yes
for word in "$@"; do
    case $word in
    receive | export | report | person | check | backup | restore | merge | confirm-clock | store | \
        salvage | simulate | ask) opens_window=no ;;
    esac
done
need_venv
if [ $opens_window = yes ]; then need_debian debian-libraries || say "going on without them."; fi
exec "$venv/bin/kvitto" "$@"
