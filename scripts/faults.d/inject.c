// Runs a program, notes each of its system calls, and does something to some of them.
//
// Usage: inject TRACE FAULTS PROGRAM ARGUMENT...
//   TRACE    file for the calls, one a line: NUMBER NAME RESULT TARGET, where TARGET is what the
//            first argument, taken as a descriptor, leads to; the last line is `exit STATUS` or
//            `signal NUMBER`
//   FAULTS   NAME@PART#COUNT:ACTION,... or nothing: what is done to which call, that is the COUNTth,
//            from 1, of those of this NAME with this PART in their TARGET. NAME may be `memory`, for
//            all that ask for some, or `any`, and PART may be missing. An ACTION is
//            return=N  the call is not made and comes to N: -28 is ENOSPC, 0 a lie or an end of file
//            swallow   the call is not made and comes to its third argument, as if all were written
//            after=N   the call is made, and comes to N nevertheless
//            short     the call moves one octet at most
//            kill      the process is killed in place of the call
//            commit    before the call, a neighbour has the file system commit its journal
//            An ACTION that ends in `+` is done to all later calls like this one too.
//
// A call that is not to be made becomes getpid, which the program's own system call filter allows:
// so the sandbox stays in force, which it does not under strace.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/ptrace.h>

#include "registers.h"

// Numbers and names, made from <sys/syscall.h> by the script that compiles this.
static const char *const names[] = {
#include "names.h"
};

enum action { RETURN, SWALLOW, AFTER, SHORT, KILL, COMMIT, NONE };

struct call {
    unsigned long number, first, third;
    char target[PATH_MAX];
};

static struct fault {
    const char *name, *part;
    long count;
    enum action action;
    long value;
    int goes_on;
    long seen; // Calls like this one so far.
} faults[4];
static size_t fault_count;

static void read_fault(char *text) {
    static const char *const words[] = {"return", "swallow", "after", "short", "kill", "commit"};
    if (fault_count == sizeof faults / sizeof *faults) errno = E2BIG, die(text);
    struct fault *fault = &faults[fault_count++];
    char *word, *last = text + strlen(text) - 1;
    if (*last == '+') fault->goes_on = 1, *last = 0;
    fault->name = strsep(&text, "@");
    fault->part = text == NULL ? NULL : strsep(&text, "#");
    if (text == NULL || (word = strchr(text, ':')) == NULL) errno = EINVAL, die(fault->name);
    fault->count = atol(text);
    strsep(&text, "=");
    if (text != NULL) fault->value = atol(text);
    for (fault->action = RETURN; fault->action < NONE; fault->action++)
        if (strcmp(word + 1, words[fault->action]) == 0) return;
    errno = EINVAL;
    die(word);
}

// MARK: calls

static const char *name_of(const struct call *call) {
    const char *name = call->number < sizeof names / sizeof *names ? names[call->number] : NULL;
    return name != NULL ? name : "?";
}

static int is_like(const struct call *call, const struct fault *fault) {
    int is_for_memory =
        call->number == SYS_mmap || call->number == SYS_brk || call->number == SYS_mremap;
    return (strcmp(fault->name, name_of(call)) == 0 || strcmp(fault->name, "any") == 0
               || (is_for_memory && strcmp(fault->name, "memory") == 0))
        && strstr(call->target, fault->part) != NULL;
}

static void read_call(pid_t pid, const struct ptrace_syscall_info *info, struct call *call) {
    char link[64];
    call->number = info->entry.nr;
    call->first = info->entry.args[0];
    call->third = info->entry.args[2];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, (int)call->first);
    ssize_t length = readlink(link, call->target, sizeof call->target - 1);
    call->target[length > 0 ? length : 0] = 0;
}

// What is to be done to a call, or NULL.
static const struct fault *fault_for(const struct call *call) {
    const struct fault *found = NULL;
    for (struct fault *fault = faults; fault < faults + fault_count; fault++) {
        if (!is_like(call, fault)) continue;
        fault->seen++;
        if (fault->goes_on ? fault->seen >= fault->count : fault->seen == fault->count)
            found = fault;
    }
    return found;
}

// Syncs a file of our own beside the Maildir. With it goes what has happened to directories in the
// whole file system, but no data of other files.
static void commit_beside(const char *target) {
    const char *maildir = strstr(target, "/Maildir");
    if (maildir == NULL) return;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.*s/neighbour", (int)(maildir - target), target);
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0 || write(file, "x", 1) != 1 || fsync(file) != 0 || close(file) != 0) die(path);
}

static void enter(pid_t pid, const struct call *call, const struct fault *fault) {
    switch (fault->action) {
    case KILL: kill(pid, SIGKILL); break;
    case COMMIT: commit_beside(call->target); break;
    case RETURN:
        // It fails by coming to what there was before, which it also does if asked for nothing.
        if (call->number == SYS_brk) change(pid, -1, 0, -1);
        else change(pid, SYS_getpid, -1, -1);
        break;
    case SWALLOW: change(pid, SYS_getpid, -1, -1); break;
    case SHORT:
        if (call->third > 1) change(pid, -1, -1, 1);
        break;
    default: break;
    }
}

static long leave(pid_t pid, const struct call *call, const struct fault *fault, long result) {
    // The registers of arguments survive a call, and code relies on it. (On AArch64 the first one
    // becomes the result.)
    if (fault->action == SHORT) change(pid, -1, -1, call->third);
#if defined(__x86_64__)
    if (fault->action == RETURN && call->number == SYS_brk) change(pid, -1, call->first, -1);
#endif
    int is_replaced = fault->action == SWALLOW || (fault->action == AFTER && result >= 0)
        || (fault->action == RETURN && call->number != SYS_brk);
    if (!is_replaced) return result;
    result = fault->action == SWALLOW ? (long)call->third : fault->value;
    set_result(pid, result);
    return result;
}

static void follow(pid_t pid, FILE *trace) {
    struct ptrace_syscall_info info;
    struct call call = {0};
    const struct fault *fault = NULL;
    long number = 0;
    int status, signal = 0;
    for (;;) {
        // It may have been killed in the meantime; then waitpid tells.
        if (ptrace(PTRACE_SYSCALL, pid, 0, signal) < 0 && errno != ESRCH) die("PTRACE_SYSCALL");
        if (waitpid(pid, &status, 0) < 0) die("waitpid");
        if (!WIFSTOPPED(status)) break;
        signal = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
        if (signal != 0 || ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) < 0) continue;
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
            read_call(pid, &info, &call);
            number++;
            fault = fault_for(&call);
            if (fault != NULL) enter(pid, &call, fault);
        } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
            long result = info.exit.rval;
            if (fault != NULL) result = leave(pid, &call, fault, result);
            fprintf(trace, "%ld %s %ld %s\n", number, name_of(&call), result, call.target);
        }
    }
    if (WIFEXITED(status)) fprintf(trace, "exit %d\n", WEXITSTATUS(status));
    else fprintf(trace, "signal %d\n", WTERMSIG(status));
}

int main(int count, char **arguments) {
    if (count < 4) return errno = EINVAL, perror("inject"), 125;
    FILE *trace = fopen(arguments[1], "we");
    if (trace == NULL) die(arguments[1]);
    for (char *text = strtok(arguments[2], ","); text != NULL; text = strtok(NULL, ","))
        read_fault(text);
    pid_t pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        execv(arguments[3], arguments + 3);
        die(arguments[3]);
    }
    // The socket must be the program's alone, or the client would not see it end.
    close(0), close(1);
    int status;
    if (waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status)) die("waitpid");
    if (ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) < 0)
        die("PTRACE_SETOPTIONS");
    follow(pid, trace);
    return fclose(trace) == 0 ? 0 : 125;
}
