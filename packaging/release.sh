#!/usr/bin/env bash
# Makes a release of what packaging/build.sh has built: packaging/release.sh --url https://…
# [--severity normal|important|security]. Writes SHA256SUMS, the excerpt of the changelog and
# latest.json into dist; the list of all parts (CycloneDX) is there since the build.
#   KVITTO_RELEASE_KEY=/path   signs SHA256SUMS and latest.json with this key of `minisign`, which asks
#                              for its password; without it, says how.
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv build
cd "$project"
"$venv/bin/python" packaging/release.py "$@"
key=${KVITTO_RELEASE_KEY:-}
if [ -z "$key" ]; then
    say "not signed yet: minisign -S -s KEY -m dist/SHA256SUMS dist/latest.json"
    exit
fi
if ! command -v minisign >/dev/null; then install_packages minisign || stop "then start again."; fi
version=$("$venv/bin/python" -c 'import kvitto; print(kvitto.__version__)')
minisign -S -s "$key" -t "Kvitto $version" -m dist/SHA256SUMS dist/latest.json
# As the programs that are out there will.
"$venv/bin/python" - <<'PY' || stop "the program does not believe what was signed: see app/kvitto/updates/source.py."
import sys
from pathlib import Path
from kvitto.updates.signature import WrongSignatureError, verify
from kvitto.updates.source import PUBLIC_KEY, SIGNATURE_ENDING, own_source
if own_source({}) is None:
    sys.exit("kvitto: the program has no address to ask at, or no key to believe")
for name in ("latest.json", "SHA256SUMS"):
    file = Path("dist") / name
    try:
        verify(file.read_bytes(), Path(f"{file}{SIGNATURE_ENDING}").read_bytes(), PUBLIC_KEY)
    except WrongSignatureError as error:
        sys.exit(f"kvitto: {name}: {error}")
PY
say "signed, as the program expects it: put dist/latest.json and dist/latest.json.minisig at its address."
