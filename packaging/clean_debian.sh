# shellcheck shell=bash
# Makes a clean Debian or Ubuntu in a folder. try_deb.sh and try_python.sh source it, after
# environment.sh. What debootstrap has fetched is kept in build/clean for the next time.

# Makes one: make_clean RELEASE FOLDER. /proc is mounted in it; the caller unmounts it. Root only.
make_clean() {
    local release=$1 root=$2 own sources mirror components=main script=$1 clean
    own=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    # shellcheck disable=SC2016 # apt's own variables
    sources=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' | sort -u)
    mirror=${KVITTO_MIRROR:-$(awk -v r="$own" '$2 == r {print $1; exit}' <<<"$sources")}
    if [ ! -e "/usr/share/debootstrap/scripts/$release" ]; then script=sid; fi
    case $release in
    jammy | noble) components=main,universe script=jammy ;;
    esac
    # shellcheck disable=SC2154 # environment.sh says it
    clean=$project/build/clean/$release.tar
    if [ ! -f "$clean" ]; then
        say "making a clean $release …"
        if ! command -v debootstrap >/dev/null; then
            install_packages debootstrap || stop "then start again."
        fi
        debootstrap --components="$components" --variant=minbase "$release" "$root" "$mirror" "$script" \
            >"$root.log" 2>&1 || { tail "$root.log" >&2; stop "debootstrap failed."; }
        mkdir -p "$(dirname "$clean")"
        tar -C "$root" -cf "$clean.part" .
        mv "$clean.part" "$clean"
    else
        say "a clean $release of $(date -r "$clean" +%F) …"
        mkdir "$root"
        tar -C "$root" -xf "$clean"
    fi
    cp -r /etc/apt/apt.conf.d "$root/etc/apt/"
    if [ "$release" = "$own" ]; then
        rm -f "$root/etc/apt/sources.list"
        cp -r /etc/apt/sources.list* "$root/etc/apt/"
    fi
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    rm -f "$root"/etc/apt/apt.conf.d/*docker*
    mount -t proc proc "$root/proc"
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin apt-get -qq update
}
