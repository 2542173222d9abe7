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
