# shellcheck shell=bash
# What the tests of faults share. To be sourced behind ../lib/common.sh.

# Makes $work with a certificate (cert.pem, cert.key) and `inject` in it, inject.c with the names of this
# machine's system calls. Usage: prepare_faults PACKAGE...
prepare_faults() {
    local clang
    install_packages openssl python3 libc6-dev "$@"
    make_workplace
    make_certificate "${work:?}/cert" mx.example DNS:mx.example
    clang=$(swift_tool clang)
    "$clang" -dM -E -include sys/syscall.h - < /dev/null \
        | sed -nE 's/^#define SYS_([a-z0-9_]+) .*/[SYS_\1] = "\1",/p' > "$work/names.h"
    "$clang" -O1 -Wall -Wextra -Werror -I "$work" -o "$work/inject" "${top:?}/scripts/faults.d/inject.c"
}
