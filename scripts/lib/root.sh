# shellcheck shell=bash
# The minimal roots of Debian that tests boot or install into, one a suite and kind: made once, kept as
# tarballs in .build. To be sourced after common.sh.

# What it has beside the essential packages: systemd to boot, what mailpit depends on and recommends
# (so that its package can be installed without a network), and what the manual's commands call there.
root_packages=(
    systemd systemd-sysv dbus
    libssl3 libcrypt1 libidn12
    openssl ca-certificates curl
)

# What a container without systemd has: what mailpit needs there, and its super-server.
slim_packages=(libssl3 libcrypt1 systemd-standalone-sysusers socat)

# Makes the tarball of a suite, as of trixie, unless there is one of these packages, and prints its path.
# Without a suite it is this machine's own. Whoever asks while it is made waits.
# Usage: root_tarball [SUITE [slim]]
root_tarball() {
    local suite=${1:-} tarball wanted packages=("${root_packages[@]}")
    [ -n "$suite" ] || suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
    [ -z "${2:-}" ] || packages=("${slim_packages[@]}")
    tarball=${top:?}/.build/root-$suite${2:+-$2}.tar
    wanted="$suite ${packages[*]}"
    mkdir -p "${tarball%/*}"
    [ -e "$tarball.lock" ] || : > "$tarball.lock"  # Read below, as root may have made it.
    {
        flock 9
        if [ ! -s "$tarball" ] || [ "$(cat "$tarball.of" 2> /dev/null)" != "$wanted" ]; then
            make_root "$suite" "$tarball" "${packages[@]}" || return
            printf '%s\n' "$wanted" > "$tarball.of"
        fi
    } 9< "$tarball.lock"
    printf '%s\n' "$tarball"
}

# In memory, as dpkg waits for the disk after each file: 20 s instead of 110 on a busy one.
# Usage: make_root SUITE TARBALL PACKAGE...
make_root() {
    local packages output
    install_packages mmdebstrap debian-archive-keyring util-linux
    note "making a minimal root of Debian $1"
    packages=$(IFS=, && printf '%s' "${*:3}")
    # Beside and renamed, so that what is there is whole.
    # shellcheck disable=SC2016 # Its own arguments.
    output=$(as_root unshare --mount sh -ec '
        mount -t tmpfs -o size=2g tmpfs /mnt
        TMPDIR=/mnt exec mmdebstrap --variant=minbase --include="$1" --format=tar "$2" "$3"' \
        sh "$packages" "$1" "$2.part" 2>&1) || { printf '%s\n' "$output" >&2 && return 1; }
    mv -f "$2.part" "$2"
}

# Unpacks the root of a suite into a directory, which is made. Usage: unpack_root DIRECTORY [SUITE [slim]]
unpack_root() {
    local tarball
    tarball=$(root_tarball "${@:2}") || return
    as_root mkdir -p "$1"
    as_root tar -xf "$tarball" -C "$1" --numeric-owner
}
