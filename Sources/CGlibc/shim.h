// The headers of the C library that the sources use, for Embedded Swift, which has no module of them.
#pragma once

#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#ifdef MAILPIT_STATIC
// getpwuid(3) and getgrgid(3) load libraries of the system's C library, which is another one than that in
// the static binary. So only the files are looked at.
extern struct passwd *fgetpwent(FILE *);
extern struct group *fgetgrent(FILE *);
static inline struct passwd *cglibc_user(uid_t identifier) {
    FILE *file = fopen("/etc/passwd", "re");
    struct passwd *entry = NULL;
    if (!file) return NULL;
    while ((entry = fgetpwent(file)) && entry->pw_uid != identifier) continue;
    fclose(file);
    return entry;
}
static inline struct group *cglibc_group(gid_t identifier) {
    FILE *file = fopen("/etc/group", "re");
    struct group *entry = NULL;
    if (!file) return NULL;
    while ((entry = fgetgrent(file)) && entry->gr_gid != identifier) continue;
    fclose(file);
    return entry;
}
#endif
