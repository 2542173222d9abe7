// libsystemd, loaded only by the sessions that need it.
//
// Linked in, it and the libraries it pulls in would cost every process 1.1 million instructions
// before main, with or without a journal at the other end.
#pragma once

#include <dlfcn.h>
#include <errno.h>
#include <systemd/sd-daemon.h>

// sd_listen_fds(3), or -ELIBACC where there is no libsystemd.
static inline int csystemd_listen_fds(int unset_environment) {
    // The handle is kept for the life of the process: a second call only finds it again.
    void *library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    __typeof__(&sd_listen_fds) function =
        library ? (__typeof__(&sd_listen_fds))dlsym(library, "sd_listen_fds") : 0;
    return function ? function(unset_environment) : -ELIBACC;
}
