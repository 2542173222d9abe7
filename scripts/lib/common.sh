# shellcheck shell=bash
# What all scripts share: how they end, and where packages and tools come from. To be sourced.

# The top of the package.
# shellcheck disable=SC2034
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Where modules of Python are that several scripts share; and they leave no files beside them.
export PYTHONPATH=$top/scripts/lib PYTHONDONTWRITEBYTECODE=1

# A short line about what is going on. Standard output is for results.
note() { printf '== %s\n' "$*" >&2; }

# Ends the script, saying why.
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Runs a command as root.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo --preserve-env=PYTHONPATH,PYTHONDONTWRITEBYTECODE "$@"
    else
        fail "neither root nor sudo, cannot run: $*"
    fi
}

# Says which of the Debian packages are not installed, one a line.
missing_packages() {
    local name status
    for name in "$@"; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$name" 2> /dev/null) || status=
        [ "$status" = installed ] || printf '%s\n' "$name"
    done
}

# Installs what is missing of the Debian packages, and does nothing at all if none is. The package
# lists are fetched once, however many scripts call each other.
install_packages() {
    command -v dpkg-query > /dev/null \
        || fail "this is no Debian system; install what is called there: $*"
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    note "installing ${missing[*]}"
    if [ -z "${MAILPIT_APT_UPDATED:-}" ]; then
        apt_get update || fail "apt-get update failed"
        export MAILPIT_APT_UPDATED=1
    fi
    apt_get install --no-install-recommends -y "${missing[@]}" \
        || fail "cannot install ${missing[*]}"
}

# apt-get without questions, and without a word unless it fails. One at a time, as it does not wait for all
# of its own locks, and none while a copy of this machine runs (scripts/test.d/servers.d/machine). What it
# starts does not keep the lock.
apt_get() {
    local output
    output=$(as_root flock --close /var/lib/dpkg env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" 2>&1 < /dev/null) && return
    printf '%s\n' "$output" >&2
    return 1
}

# Fetches packages that do not go together with what is installed here, each with what it needs, into
# DIRECTORY/NAME. Usage: fetch_packages DIRECTORY NAME...
fetch_packages() {
    local name options=(install --download-only --no-install-recommends -y)
    for name in "${@:2}"; do
        mkdir -p "$1/$name/partial"
        apt_get -o Dir::Cache::archives="$1/$name" "${options[@]}" "$name" 2> /dev/null && continue
        # The package lists may be missing, or older than the archive.
        apt_get update || fail "apt-get update failed"
        apt_get -o Dir::Cache::archives="$1/$name" "${options[@]}" "$name" || fail "cannot fetch $name"
    done
}

# Has an environment of Python with what a file of requirements names, kept in .build.
# Usage: python_environment DIRECTORY REQUIREMENTS
python_environment() {
    ! cmp -s "$2" "$1/requirements.txt" || return 0
    python3 -m venv --clear "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$2"
    cp "$2" "$1/"
}

# Makes the directory $work, which goes with the script however that ends, behind what its own clean_up does.
make_workplace() {
    work=$(mktemp -d)
    trap 'clean_up; rm -rf "$work" 2> /dev/null || as_root rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}
clean_up() { :; }

# Makes PREFIX.pem and PREFIX.key, a certificate by the further options. Usage: certify PREFIX OPTION...
certify() {
    local output
    output=$(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 \
        -keyout "$1.key" -out "$1.pem" "${@:2}" 2>&1) || fail "openssl req: $output"
}

# One for localhost and further names, that vouches for itself. Usage: make_certificate PREFIX [NAME [NAMES]]
make_certificate() {
    certify "$1" -subj "/CN=${2:-localhost}" \
        -addext "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1${3:+,$3}"
}

# An authority, and one for localhost that it vouches for. Usage: make_chain AUTHORITY-PREFIX PREFIX
make_chain() {
    certify "$1" -subj "/CN=Test Authority" -addext keyUsage=critical,keyCertSign,cRLSign
    certify "$2" -subj /CN=localhost -CA "$1.pem" -CAkey "$1.key" \
        -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
        -addext extendedKeyUsage=serverAuth -addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1
}

# Ends the script unless Swift is there: nothing is installed for a build that cannot be.
need_swift() {
    command -v swift > /dev/null || fail "no swift in PATH: install Swift 6.3 (https://swift.org/install)"
}

# The path of a program that comes with Swift, as of clang, also where only swift is in PATH.
swift_tool() {
    need_swift
    command -v "$(dirname "$(readlink -f "$(command -v swift)")")/$1" \
        || command -v "$1" || fail "no $1 beside $(command -v swift)"
}

# Installs what a build needs beside Swift. The C++ library is the one of the system's own compiler, whose
# version libgcc-s1 has. Swift links by gold unless told otherwise, which from Debian 13 on is no part of
# binutils.
install_build_packages() {
    local gcc packages=(libssl-dev libc6-dev pkg-config)
    gcc=$(dpkg-query -W -f='${Version}' libgcc-s1 2> /dev/null) || true
    packages+=("libstdc++-${gcc%%[!0-9]*}-dev")
    command -v ld.gold > /dev/null || packages+=(binutils-gold)
    install_packages "${packages[@]}"
}

# Runs Swift tests and says how many passed. What failed stands at the end. Swift Testing is content with
# tests that are skipped, and with none at all. Usage: swift_tests OPTION...
swift_tests() {
    local log bad
    log=$(mktemp)
    if ! swift test --disable-xctest --explicit-target-dependency-import-check error "$@" 2>&1 | tee "$log" >&2; then
        bad=$(grep -E '^(✘|↳)|rror: |AddressSanitizer' "$log" | tail -n 100) || true
        fail "tests failed:"$'\n'"$bad"
    fi
    bad=$(grep -E '^[^ ]+ (Test|Suite) (".*"|[^" ]+) (skipped[.:]|was cancelled)' "$log") || true
    [ -z "$bad" ] || fail "nothing may be skipped, and this was:"$'\n'"$bad"
    grep -oE '[1-9][0-9]* tests? in [0-9]+ suites? passed' "$log" || fail "no test was run"
    rm "$log"
}

# Where Swift keeps its Embedded library for this kind of machine; empty where it has none.
embedded_library() {
    local target directory
    target=$(swift -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)".*/\1/p') || exit
    directory=$(dirname "$(swift_tool swiftc)")/../lib/swift/embedded/$target
    [ ! -f "$directory/libswiftUnicodeDataTables.a" ] || printf '%s\n' "$directory"
}

# The path of the release binary: MAILPIT_BIN, or freshly built.
release_binary() {
    if [ -n "${MAILPIT_BIN:-}" ]; then
        printf '%s\n' "$MAILPIT_BIN"
    else
        build_as_invoker | tail -n 1
    fi
}

# The path of the client of scripts/bench that holds sessions, freshly built. Usage: load_client debug|release
load_client() {
    swift build --package-path "$top" --product smtpload -c "$1" >&2 || fail "cannot build smtpload"
    printf '%s/smtpload\n' "$(swift build --package-path "$top" -c "$1" --show-bin-path)"
}

# scripts/build; where sudo has left in PATH no swift, but whoever called it has one, it builds as that user.
build_as_invoker() {
    local user=${SUDO_USER:-}
    if [ -n "$user" ] && ! command -v swift > /dev/null \
        && runuser -l "$user" -c 'command -v swift' > /dev/null 2>&1; then
        install_build_packages
        runuser -l "$user" -c "$(printf '%q' "$top/scripts/build")"
    else
        "$top/scripts/build"
    fi
}

# Waits until a command succeeds, looking every 20 ms. Usage: wait_for SECONDS COMMAND...
wait_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.02
    done
}
