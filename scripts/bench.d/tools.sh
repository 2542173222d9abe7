# shellcheck shell=bash
# What bench and budget share besides what all scripts do. To be sourced behind ../lib/common.sh.

# shellcheck disable=SC2154  # top is common.sh's

# The path of the load client, freshly built.
load_client() {
    swift build --package-path "$top" -c release --product smtpload >&2 \
        || fail "cannot build smtpload"
    printf '%s/smtpload\n' "$(swift build --package-path "$top" -c release --show-bin-path)"
}
