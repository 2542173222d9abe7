# shellcheck shell=bash
# The minimal Debian root that tests boot or install into: made once, kept as a tarball in .build. To
# be sourced after common.sh.

# What it has beside the essential packages: systemd to boot, what mailpit depends on and recommends
# (so that its package can be installed without a network), and what the manual's commands call there.
root_packages=(
    systemd systemd-sysv dbus
    libssl3 libsystemd0 libcrypt1 libidn12
    openssl ca-certificates curl
)

# Makes the tarball unless there is one of these packages, and prints its path.
root_tarball() {
    local suite tarball wanted
    suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
    tarball=${top:?}/.build/root.tar
    wanted="$suite ${root_packages[*]}"
    if [ ! -s "$tarball" ] || [ "$(cat "$tarball.of" 2> /dev/null)" != "$wanted" ]; then
        make_root "$suite" "$tarball" || return
        printf '%s\n' "$wanted" > "$tarball.of"
    fi
    printf '%s\n' "$tarball"
}

# Usage: make_root SUITE TARBALL
make_root() {
    local packages output
    install_packages mmdebstrap debian-archive-keyring
    note "making a minimal Debian root"
    mkdir -p "${2%/*}"
    packages=$(IFS=, && printf '%s' "${root_packages[*]}")
    # Beside and renamed, so that what is there is whole.
    output=$(as_root mmdebstrap --variant=minbase --include="$packages" --format=tar \
        "$1" "$2.part" 2>&1) || { printf '%s\n' "$output" >&2 && return 1; }
    mv -f "$2.part" "$2"
}

# Unpacks the root into a directory, which is made. Usage: unpack_root DIRECTORY
unpack_root() {
    local tarball
    tarball=$(root_tarball) || return
    as_root mkdir -p "$1"
    as_root tar -xf "$tarball" -C "$1" --numeric-owner
}
