#!/usr/bin/env bash
# Starts Kvitto: packaging/run.sh [command and options]. The first start makes what it runs in.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv
need_debian debian-libraries || say "going on without them."
exec "$venv/bin/kvitto" "$@"
