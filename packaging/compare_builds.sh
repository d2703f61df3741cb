#!/usr/bin/env bash
# Builds one commit twice, and tells whether the packages are the same byte for byte:
#     packaging/compare_builds.sh [options of build.py]
set -euo pipefail
# shellcheck source=packaging/environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

cd "$project"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Somebody may commit meanwhile.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
for number in 1 2; do
    rm -rf dist
    if [ -d build ]; then find build -mindepth 1 -maxdepth 1 ! -name clean -exec rm -rf {} +; fi
    packaging/build.sh "$@"
    mkdir "$scratch/$number"
    mv dist/*.tar.gz "$scratch/$number/"
    if compgen -G 'dist/*.deb' >/dev/null; then mv dist/*.deb "$scratch/$number/"; fi
    mv dist/*.cdx.json "$scratch/$number/"
    (cd "$scratch/$number" && sha256sum -- *) >"$scratch/sums-$number"
done
cat "$scratch/sums-1"
if ! diff "$scratch/sums-1" "$scratch/sums-2"; then
    for number in 1 2; do
        mkdir "$scratch/files-$number"
        tar -xzf "$scratch/$number"/*.tar.gz -C "$scratch/files-$number"
    done
    diff --brief --recursive "$scratch/files-1" "$scratch/files-2" || true
    mv "$scratch"/1/* dist/
    stop "the two builds differ."
fi
mv "$scratch"/2/* dist/
say "the two builds are the same."
