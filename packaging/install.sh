#!/bin/sh
# Puts Kvitto into your own menu and onto your PATH, from the folder that this file lies in:
#     ./install.sh              and back:  ./install.sh --remove
# Only the menu entry and the icon are copied: leave the folder where it is. Your data is not touched.
set -eu
here=$(CDPATH='' cd -P "$(dirname "$0")" && pwd)
share=${XDG_DATA_HOME:-$HOME/.local/share}
commands=$HOME/.local/bin
entry=$share/applications/kvitto.desktop
icon=$share/icons/hicolor/scalable/apps/kvitto.svg

case ${1:-} in
--remove)
    rm -f "$entry" "$icon"
    for name in kvitto kvitto-cli; do
        if [ "$(readlink "$commands/$name" || true)" = "$here/$name" ]; then rm "$commands/$name"; fi
    done
    echo "Removed. You may delete $here; your data stays where it is."
    exit
    ;;
'') ;;
*)
    echo "usage: install.sh [--remove]" >&2
    exit 2
    ;;
esac

case $here in
*['"`$\%']*)
    echo "A menu entry can't name this folder: move it to one without \" \` \$ \\ and %." >&2
    exit 1
    ;;
esac
mkdir -p "$(dirname "$entry")" "$(dirname "$icon")" "$commands"
cp "$here/share/icons/hicolor/scalable/apps/kvitto.svg" "$icon"
while IFS= read -r line; do
    case $line in
    Exec=*) printf 'Exec="%s/kvitto"\n' "$here" ;;
    TryExec=*) printf 'TryExec=%s/kvitto\n' "$here" ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$here/share/applications/kvitto.desktop" >"$entry"
for name in kvitto kvitto-cli; do ln -sf "$here/$name" "$commands/$name"; done
echo "Kvitto is in your menu. In a terminal: kvitto, and kvitto-cli for its commands."
case :$PATH: in
*:"$commands":*) ;;
*) echo "(Your PATH does not have $commands yet: log in again, or add it.)" ;;
esac
