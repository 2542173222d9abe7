# shellcheck shell=bash
# What the parts of scripts/test share: how they say what they have shown. To be sourced in place of
# common.sh. A part ends at its first failure.

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Packages that are made here are not sent anywhere.
export MAILPIT_XZ_LEVEL=1

# Runs a command that is to fail: `!` alone would end nothing if it did not.
fails() { if "$@"; then return 1; fi; }

# grep -q for a pipe, which it reads to the end: whoever writes there after a grep that has gone is killed,
# and with it the pipe fails.
finds() { [ "$(grep -c "$@")" -gt 0 ]; }

# Says what has been shown.
shown() { printf 'ok    %s\n' "$*"; }

# Runs a command and says that it showed something, or ends the part with what the command said, and where it
# failed.
# Usage: shows "WHAT IS TRUE" COMMAND...
shows() {
    local what=$1 output status=0
    shift
    # Not in a condition: there the shell would not end functions at what fails in them.
    set +e
    output=$(
        set -eE
        exec 2>&1
        trap 'printf "%s:%s: %s\n" "${BASH_SOURCE[0]##*/}" "$LINENO" "$BASH_COMMAND" >&2' ERR
        "$@"
    )
    status=$?
    set -e
    [ "$status" = 0 ] || { printf '%s\n' "$output" >&2 && fail "not shown: $what"; }
    shown "$what"
}

# Says a figure that was measured. Usage: figure WHAT VALUE
figure() { printf 'n     %s: %s\n' "$1" "$2"; }
