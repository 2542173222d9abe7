// The registers that a system call of a traced process has its number, arguments and result in.
#pragma once

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

static void die(const char *what) {
    perror(what);
    exit(125);
}

#if defined(__x86_64__)
// Changes the number of the call or, where they are not negative, its first or third argument.
static void change(pid_t pid, int call, long first, long third) {
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, pid, 0, &registers) < 0) die("PTRACE_GETREGS");
    if (call >= 0) registers.orig_rax = call;
    if (first >= 0) registers.rdi = first;
    if (third >= 0) registers.rdx = third;
    if (ptrace(PTRACE_SETREGS, pid, 0, &registers) < 0) die("PTRACE_SETREGS");
}

static void set_result(pid_t pid, long result) {
    if (ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), result) < 0)
        die("PTRACE_POKEUSER");
}
#elif defined(__aarch64__)
static void change(pid_t pid, int call, long first, long third) {
    struct user_regs_struct registers;
    struct iovec all = {&registers, sizeof registers}, number = {&call, sizeof call};
    if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) < 0) die("PTRACE_GETREGSET");
    if (first >= 0) registers.regs[0] = first;
    if (third >= 0) registers.regs[2] = third;
    if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all) < 0) die("PTRACE_SETREGSET");
    if (call >= 0 && ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &number) < 0)
        die("NT_ARM_SYSTEM_CALL");
}

static void set_result(pid_t pid, long result) {
    struct user_regs_struct registers;
    struct iovec all = {&registers, sizeof registers};
    if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) < 0) die("PTRACE_GETREGSET");
    registers.regs[0] = result;
    if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all) < 0) die("PTRACE_SETREGSET");
}
#endif
