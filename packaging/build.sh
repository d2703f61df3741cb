#!/usr/bin/env bash
# Builds the packaged program and lets it test itself: packaging/build.sh [options of build.py].
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_venv build
need_debian debian-libraries debian-build-packages || stop "then start again."
# The program takes its Python along as a library; Debian has that in a package of its own.
if ! "$venv/bin/python" -I -c '
import sys, sysconfig
from PyInstaller.depend.bindepend import get_python_library_path
sys.exit(0 if get_python_library_path() else 1)' 2>/dev/null; then
    package=$("$venv/bin/python" -I -c 'import sys; print("libpython%d.%d" % sys.version_info[:2])')
    install_packages "$package" || stop "then start again."
fi
cd "$project"
exec "$venv/bin/python" packaging/build.py "$@"
