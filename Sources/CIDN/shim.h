// libidn, loaded only by the sessions whose client sends a name or password beyond ASCII.
//
// Its headers are not needed: the one function is declared here as stringprep.h declares it.
#pragma once

#include <dlfcn.h>
#include <stdlib.h>

// The results of libidn's enum Stringprep_rc that are of interest, and our own.
enum {
    cidn_ok = 0,
    cidn_prohibited = 2,
    cidn_mixed_directions = 3,
    cidn_leading_or_trailing_direction = 4,
    cidn_unavailable = -1,
};

typedef int (*cidn_stringprep_profile)(
    const char *text, char **prepared, const char *profile, int flags);

static inline cidn_stringprep_profile cidn_function(void) {
    // The handle is kept for the life of the process: a second call only finds it again.
    void *library = dlopen("libidn.so.12", RTLD_NOW | RTLD_LOCAL);
    return library ? (cidn_stringprep_profile)dlsym(library, "stringprep_profile") : 0;
}

static inline int cidn_is_available(void) { return cidn_function() != 0; }

// Applies SASLprep to valid UTF-8, code points that Unicode 3.2 does not know let through; the
// result is to be freed by free(3).
static inline int cidn_saslprep(const char *text, char **prepared) {
    cidn_stringprep_profile function = cidn_function();
    return function ? function(text, prepared, "SASLprep", 0) : cidn_unavailable;
}
