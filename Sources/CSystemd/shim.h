// libsystemd, loaded only by the sessions that need it.
//
// Linked in, it and the libraries it pulls in would cost every process 1.1 million instructions
// before main, with or without a journal at the other end.
#pragma once

#include <dlfcn.h>
#include <errno.h>
#include <sys/uio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

static inline void *csystemd_symbol(const char *name) {
    // The handle is kept for the life of the process: a second call only finds it again.
    void *library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    return library ? dlsym(library, name) : 0;
}

// sd_listen_fds(3), or -ELIBACC where there is no libsystemd.
static inline int csystemd_listen_fds(int unset_environment) {
    __typeof__(&sd_listen_fds) function =
        (__typeof__(&sd_listen_fds))csystemd_symbol("sd_listen_fds");
    return function ? function(unset_environment) : -ELIBACC;
}

// sd_journal_sendv(3), or -ELIBACC where there is no libsystemd.
static inline int csystemd_journal_sendv(const struct iovec *fields, int count) {
    // Looked up once, as a session has several records. Threads could only store the same twice.
    static __typeof__(&sd_journal_sendv) function;
    if (!function)
        function = (__typeof__(&sd_journal_sendv))csystemd_symbol("sd_journal_sendv");
    return function ? function(fields, count) : -ELIBACC;
}
