"""Which faults fit a call, and what has to come of them."""

import errno

from run import CLIENT, LOG, NEW, TMP

DISK = ["EIO", "ENOSPC", "EDQUOT", "EROFS", "ENOMEM"]
OPENING = ["ENOSPC", "EDQUOT", "EIO", "EACCES", "EROFS", "EMFILE", "ENFILE", "ENOMEM", "ENOENT",
           "EEXIST", "ELOOP", "EINTR"]

# The nearest comes first: that is what scripts/test injects.
FAULTS = {
    ("openat", TMP): OPENING,
    ("write", TMP): ["ENOSPC", "short", "EDQUOT", "EIO", "EFBIG", "EINTR", "ENOMEM"],
    ("fsync", TMP): DISK + ["EINTR"],
    ("fsync", NEW): DISK + ["EINTR"],
    ("renameat2", TMP): ["ENOSPC", "EINVAL", "EEXIST", "ENOSYS", "EDQUOT", "EIO", "EACCES", "EROFS",
                         "ENOMEM", "EXDEV", "EINTR", "ENOENT"],
    ("linkat", TMP): ["EMLINK", "EEXIST", "EIO", "EPERM", "ENOSPC", "EDQUOT", "EROFS"],
    ("unlinkat", TMP): ["EIO", "EACCES", "EROFS", "EBUSY"],
    ("unlinkat", NEW): ["EIO", "EACCES", "EROFS", "ENOENT"],
    ("newfstatat", TMP): ["EIO", "ENOMEM"],
    ("sync_file_range", TMP): ["EIO", "ENOSPC", "ESPIPE"],
    ("close", ""): ["EIO", "ENOSPC", "EDQUOT", "EINTR"],
    ("write", CLIENT): ["EPIPE", "short", "EAGAIN", "ECONNRESET", "EINTR", "EIO", "ENOBUFS",
                        "ENOMEM"],
    ("read", CLIENT): ["ECONNRESET", "end", "short", "EAGAIN", "EINTR", "EIO", "ETIMEDOUT",
                       "ENOMEM"],
    ("write", LOG): ["ENOSPC", "EIO", "EPIPE", "EAGAIN", "EINTR", "short"],
    ("poll", ""): ["EINTR", "ENOMEM"],
    ("shutdown", CLIENT): ["ENOTCONN", "EIO"],
    ("getrandom", ""): ["EINTR", "short"],
    ("memory", ""): ["ENOMEM"],
    ("munmap", ""): ["ENOMEM"],
    ("getpeername", CLIENT): ["ENOTCONN", "ENOBUFS", "EIO"],
    ("getsockopt", CLIENT): ["ENOBUFS", "EIO", "ENOPROTOOPT"],
    ("signalfd4", ""): ["EMFILE", "ENFILE", "ENOMEM"],
    ("openat", ""): OPENING,
    ("read", ""): ["EIO", "EINTR", "short", "EISDIR"],
    ("mkdir", ""): ["ENOSPC", "EDQUOT", "EIO", "EACCES", "EROFS", "EMLINK"],
    ("mkdirat", ""): ["ENOSPC", "EDQUOT", "EIO", "EACCES", "EROFS", "EMLINK"],
    ("fsync", ""): DISK + ["EINTR"],
    ("seccomp", ""): ["ENOMEM", "EINVAL", "EACCES"],
    ("prctl", ""): ["EINVAL", "EPERM"],
    ("landlock_create_ruleset", ""): ["EOPNOTSUPP", "ENOSYS", "EMFILE", "ENOMEM"],
    ("landlock_restrict_self", ""): ["E2BIG", "EPERM", "ENOMEM"],
}
OTHERS = ["EIO", "ENOMEM"]

# They cannot fail, or only if asked for what there is not.
INFALLIBLE = {"getpid", "gettid", "futex", "umask", "exit_group", "rt_sigreturn", "rt_sigaction",
              "rt_sigprocmask"}
MEMORY = {"mmap", "brk", "mremap"}


def faults_for(call):
    """The names of the faults that fit a call, the nearest first."""
    if call.name in INFALLIBLE:
        return []
    if call.name in MEMORY:
        return FAULTS["memory", ""]
    return FAULTS.get((call.name, call.part)) or FAULTS.get((call.name, ""), OTHERS)


def action(call, fault):
    """The fault as inject.c has it."""
    if fault == "short":
        return fault
    if fault == "end":
        return "return=0"
    # A descriptor that cannot be closed well is closed nevertheless. close(2)
    return f"{'after' if call.name == 'close' else 'return'}={-getattr(errno, fault)}"


# What must change nothing at all, but for the log if it is that which fails.
UNNOTICED = {"EINTR", "short", "EAGAIN"}
# What makes a link be tried instead.
WAYS_ROUND = {"renameat2": {"EINVAL", "ENOSYS"}}


def verdict(call, fault, is_setup):
    """What has to come of a fault: `nothing`, `452`, `451`, `refusal` (or nothing) before the
    greeting, `loss` of the connection (or nothing), or `any` of those that are allowed at all."""
    if call.name in MEMORY:
        return "any"
    if call.part == LOG or call.name in ("close", "newfstatat", "sync_file_range") and not is_setup:
        return "nothing"
    if is_setup:
        return "refusal"
    if call.part in (TMP, NEW):
        return storage_verdict(call, fault)
    if call.part == CLIENT or call.name == "poll":
        return "nothing" if fault in UNNOTICED else "loss"
    return "nothing" if fault in UNNOTICED else "any"


def storage_verdict(call, fault):
    if fault in WAYS_ROUND.get(call.name, UNNOTICED):
        return "nothing"
    return "452" if fault in ("ENOSPC", "EDQUOT") else "451"
