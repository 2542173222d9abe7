// libidn, loaded only by the sessions that have names and passwords to compare; the static binary has it
// in it.
//
// Its headers are not needed: the one function is declared here as stringprep.h declares it.
#pragma once

#include <dlfcn.h>

// The results of libidn's enum Stringprep_rc that are of interest.
enum {
    cidn_ok = 0,
    cidn_prohibited = 2,
    cidn_mixed_directions = 3,
    cidn_leading_or_trailing_direction = 4,
};

typedef int (*cidn_stringprep_profile)(
    const char *text, char **prepared, const char *profile, int flags);

// Null where there is no libidn. The library stays for the life of the process.
#ifdef MAILPIT_STATIC
extern int stringprep_profile(const char *, char **, const char *, int);
static inline cidn_stringprep_profile cidn_load(void) { return stringprep_profile; }
#else
static inline cidn_stringprep_profile cidn_load(void) {
    void *library = dlopen("libidn.so.12", RTLD_NOW | RTLD_LOCAL);
    return library ? (cidn_stringprep_profile)dlsym(library, "stringprep_profile") : 0;
}
#endif
