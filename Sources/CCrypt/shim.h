// libcrypt, loaded only by the sessions that have a hash for it to compute.
#pragma once

#include <crypt.h>
#include <dlfcn.h>

static inline void *ccrypt_symbol(const char *name) {
    // The handle is kept for the life of the process: a second call only finds it again.
    // Debian's library still has the old functions of glibc, Fedora's has not.
    void *library = dlopen("libcrypt.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) library = dlopen("libcrypt.so.2", RTLD_NOW | RTLD_LOCAL);
    return library ? dlsym(library, name) : 0;
}

static inline int ccrypt_is_available(void) { return ccrypt_symbol("crypt_rn") != 0; }

// crypt_rn(3): null where the setting cannot be used, and where there is no libcrypt.
static inline const char *ccrypt_hash(
    const char *phrase, const char *setting, struct crypt_data *data) {
    __typeof__(&crypt_rn) function = (__typeof__(&crypt_rn))ccrypt_symbol("crypt_rn");
    return function ? function(phrase, setting, data, sizeof *data) : 0;
}
