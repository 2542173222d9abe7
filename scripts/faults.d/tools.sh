# shellcheck shell=bash
# What the tests of faults share. To be sourced behind ../lib/common.sh.

# shellcheck disable=SC2154  # top is common.sh's

# Compiles inject.c with the names of this machine's system calls into a directory.
compile_injector() {
    local clang
    clang=$(swift_tool clang)
    "$clang" -dM -E -include sys/syscall.h - < /dev/null \
        | sed -nE 's/^#define SYS_([a-z0-9_]+) .*/[SYS_\1] = "\1",/p' > "$1/names.h"
    "$clang" -O1 -Wall -Wextra -Werror -I "$1" -o "$1/inject" "$top/scripts/faults.d/inject.c"
}
