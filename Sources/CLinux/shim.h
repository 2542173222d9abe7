// What Swift cannot import of glibc and the kernel: function-like macros, variadic functions,
// errno-style globals and the system calls that the Glibc module does not show.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

// getopt(3) keeps its place in globals that Swift's concurrency rules do not let it touch.
static inline void clinux_getopt_reset(void) {
    optind = 0;  // In glibc this also forgets where in a word of short options it was.
    opterr = 0;
}
static inline int clinux_getopt_position(void) { return optind ? optind : 1; }
static inline char *clinux_getopt_argument(void) { return optarg; }
