#!/usr/bin/env bash
# Measures Kvitto: packaging/bench.sh [NAME …] [--quick] [--sizes MESSAGES,…] [--readme] [--folder FOLDER].
# The names of the parts, and what each measures, are in the README's "Numbers".
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv bench test
need_debian debian-libraries || say "going on without them."
cd "$project"
exec "$venv/bin/python" -m tests.benchmarks "$@"
