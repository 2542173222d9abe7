// libcrypt, loaded only by the sessions that have a hash for it to compute; the static binary has it in it.
#pragma once

#include <crypt.h>
#include <dlfcn.h>

// crypt_rn(3): null where the setting cannot be used.
typedef char *(*ccrypt_hash)(
    const char *phrase, const char *setting, void *workspace, int workspace_octets);

// Null where there is no libcrypt. The library stays for the life of the process.
static inline ccrypt_hash ccrypt_load(void) {
#ifdef MAILPIT_STATIC
    return crypt_rn;
#else
    // Debian's library still has the old functions of glibc, Fedora's has not.
    void *library = dlopen("libcrypt.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) library = dlopen("libcrypt.so.2", RTLD_NOW | RTLD_LOCAL);
    return library ? (ccrypt_hash)dlsym(library, "crypt_rn") : 0;
#endif
}
