// What Swift cannot import of glibc and the kernel: function-like macros, variadic functions,
// errno-style globals and the system calls that the Glibc module does not show.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

extern char **environ;

// open(2) and fcntl(2) are variadic.
static inline int clinux_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}
static inline int clinux_openat(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags, mode);
}
static inline int clinux_status_flags(int fd) { return fcntl(fd, F_GETFL); }
static inline int clinux_set_status_flags(int fd, int flags) { return fcntl(fd, F_SETFL, flags); }
static inline int clinux_set_close_on_exec(int fd) { return fcntl(fd, F_SETFD, FD_CLOEXEC); }

// fcntl(2) with F_OFD_SETLK: the whole file is locked by whoever has opened it, or let go of. -1
// and EAGAIN where somebody else has it.
static inline int clinux_lock_file(int fd, int lock) {
    struct flock range = {.l_type = lock ? F_WRLCK : F_UNLCK, .l_whence = SEEK_SET};
    const int set_lock = 37;
    return fcntl(fd, set_lock, &range);
}

// Hidden without _GNU_SOURCE, which the Glibc module is built without: accept4(2), SO_PEERCRED's
// type and close_range(2).
static inline int clinux_accept(int fd) {
    return (int)syscall(SYS_accept4, fd, NULL, NULL, SOCK_CLOEXEC);
}
static inline int clinux_close_range(unsigned int first, unsigned int last) {
    return (int)syscall(SYS_close_range, first, last, 0);
}
struct clinux_credentials {
    int pid;
    unsigned int uid, gid;
};

// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST where the new name is taken.
static inline int clinux_rename_noreplace(
    int old_directory, const char *old_name, int new_directory, const char *new_name) {
    const unsigned int noreplace = 1;
    return (int)syscall(
        SYS_renameat2, old_directory, old_name, new_directory, new_name, noreplace);
}

// sync_file_range(2) with SYNC_FILE_RANGE_WRITE: starts to write pages to the disk.
static inline void clinux_start_writeback(int file, off_t offset, off_t octets) {
    const unsigned int write_only = 2;
    (void)syscall(SYS_sync_file_range, file, offset, octets, write_only);
}

// pwritev2(2) with RWF_NOWAIT at the current position: fails with EAGAIN where write(2) would wait,
// without O_NONBLOCK, which is shared with whoever else has the file open.
static inline ssize_t clinux_write_nowait(int fd, const void *octets, size_t count) {
    const struct iovec vector = {(void *)octets, count};
    const unsigned int nowait = 8;
    return syscall(SYS_pwritev2, fd, &vector, 1, -1L, -1L, nowait);
}

// Sends a message that is too large for a datagram as a file in memory that nobody can change any
// more: memfd_create(2), fcntl(2) with F_ADD_SEALS, unix(7) on SCM_RIGHTS. Less than 0 if that fails.
static inline ssize_t clinux_send_as_file(
    int socket, const struct sockaddr *address, socklen_t length, const void *octets, size_t count) {
    const int close_on_exec_and_sealable = 1 | 2, add_seals = 1024 + 9, all_seals = 1 | 2 | 4 | 8;
    int file = (int)syscall(SYS_memfd_create, "journal-entry", close_on_exec_and_sealable);
    if (file < 0) return -1;
    ssize_t result = -1;
    if (write(file, octets, count) == (ssize_t)count && fcntl(file, add_seals, all_seals) == 0) {
        union {
            struct cmsghdr header;
            char space[CMSG_SPACE(sizeof file)];
        } control = {.header = {CMSG_LEN(sizeof file), SOL_SOCKET, SCM_RIGHTS}};
        *(int *)(void *)CMSG_DATA(&control.header) = file;
        const struct msghdr message = {
            .msg_name = (void *)address, .msg_namelen = length, .msg_control = &control,
            .msg_controllen = sizeof control.space};
        result = sendmsg(socket, &message, MSG_NOSIGNAL);
    }
    close(file);
    return result;
}

// statfs(2): whether what is at the path is in a file system in memory, tmpfs or ramfs; -1 and errno
// where that cannot be told.
static inline int clinux_is_in_memory(const char *path) {
    const unsigned int tmpfs = 0x01021994, ramfs = 0x858458f6;
    struct statfs system;
    if (statfs(path, &system) != 0) return -1;
    return (unsigned int)system.f_type == tmpfs || (unsigned int)system.f_type == ramfs;
}

// A global that may change, which Swift's concurrency rules do not let it touch.
static inline char **clinux_environment(void) { return environ; }

// Landlock and seccomp have no functions in glibc. Numbers and structures that are newer than the
// headers of Debian 12 stand here themselves.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

struct clinux_landlock_ruleset {
    unsigned long long handled_access_fs, handled_access_net, scoped;
};
// The version of Landlock that the kernel has, or -1 and errno where it has none.
static inline int clinux_landlock_version(void) {
    return (int)syscall(444, NULL, 0, 1);
}
static inline int clinux_landlock_create(const struct clinux_landlock_ruleset *rules, size_t size) {
    return (int)syscall(444, rules, size, 0);
}
static inline int clinux_landlock_allow_beneath(int ruleset, int directory,
                                                unsigned long long rights) {
    const struct {
        unsigned long long allowed_access;
        int parent_fd;
    } __attribute__((packed)) rule = {rights, directory};
    return (int)syscall(445, ruleset, 1, &rule, 0);
}
static inline int clinux_landlock_restrict_self(int ruleset) {
    return (int)syscall(446, ruleset, 0);
}
static inline int clinux_set_no_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
// By seccomp(2) and not by prctl(2), which valgrind would pass on to its own undoing.
static inline int clinux_set_system_call_filter(struct sock_filter *filter, unsigned short count) {
    const struct sock_fprog program = {count, filter};
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

// What `mailpit-verify` does with its client: whom orphans become children of, and namespaces.
#include <linux/capability.h>
#include <net/if.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

// Hidden without _GNU_SOURCE: POSIX_SPAWN_SETSID, and what closes all descriptors from a number on.
static const short clinux_spawn_in_session = 0x80;
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

static inline int clinux_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

// unshare(2) with CLONE_NEWUSER, CLONE_NEWNS and CLONE_NEWNET.
static inline int clinux_unshare_user_mount_network(void) {
    const unsigned long user = 0x10000000, mount = 0x00020000, network = 0x40000000;
    return (int)syscall(SYS_unshare, user | mount | network);
}
// Has no mount of ours be seen outside, and none from there here.
static inline int clinux_make_mounts_private(void) {
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}
// Shows a file or directory in another's place.
static inline int clinux_mount_over(const char *source, const char *target) {
    return mount(source, target, NULL, MS_BIND | MS_REC, NULL);
}
// SIOCSIFFLAGS: the loopback device of a new network namespace is down.
static inline int clinux_bring_up_loopback(int socket) {
    struct ifreq request = {.ifr_name = "lo"};
    if (ioctl(socket, SIOCGIFFLAGS, &request) != 0) return -1;
    request.ifr_flags |= IFF_UP;
    return ioctl(socket, SIOCSIFFLAGS, &request);
}
// Empties the bounding set, so that no program started from now on gets a capability, and leaves
// this thread nothing but binding to ports below 1024. capabilities(7)
static inline int clinux_give_up_capabilities(void) {
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return -1;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    const unsigned int bind_service = 1u << CAP_NET_BIND_SERVICE;
    struct __user_cap_data_struct sets[2] = {
        {.effective = bind_service, .permitted = bind_service}};
    return (int)syscall(SYS_capset, &header, sets);
}
