import CLinux
import Foundation
import Testing

@testable import Sandbox

@Suite struct FilterTests {
    /// What the filter says of a call, by running the program as the kernel would.
    private func verdict(
        _ number: UInt32, _ arguments: [Int: UInt64] = [:], audit: UInt32 = 0xC000_003E,
        _ architecture: SystemCallFilter.Architecture = .x86_64
    ) -> UInt32? {
        let program = SystemCallFilter.instructions(
            for: SystemCall.allowed(process: 4711), architecture)
        var (index, accumulator) = (0, UInt32(0))
        while index < program.count {
            let step = program[index]
            index += 1
            switch step.code {
            case 0x20 where step.k == 0: accumulator = number
            case 0x20 where step.k == 4: accumulator = audit
            case 0x20:
                accumulator = UInt32(truncatingIfNeeded: arguments[Int(step.k - 16) / 8] ?? 0)
            case 0x15: index += Int(accumulator == step.k ? step.jt : step.jf)
            case 0x45: index += Int(accumulator & step.k != 0 ? step.jt : step.jf)
            case 0x06: return step.k
            default: return nil
            }
        }
        return nil
    }

    private let allow: UInt32 = 0x7FFF_0000
    private let kill: UInt32 = 0x8000_0000

    /// All that a session may call whatever the arguments are, and nothing that it does not need:
    /// written down once more, as the table that the filter is made of cannot be its own measure.
    private static let unconditional = [
        "read", "write", "poll", "ppoll", "futex", "brk", "getpid", "close", "getrandom", "openat",
        "newfstatat", "fstat", "fsync", "renameat2", "linkat", "unlinkat", "sync_file_range",
        "pwritev2", "pread64", "pwrite64", "munmap", "mremap", "madvise", "sysinfo", "getsockopt",
        "setsockopt", "writev", "sendto", "sendmsg", "memfd_create", "fcntl", "shutdown",
        "exit_group", "exit", "clock_gettime", "clock_nanosleep", "restart_syscall", "gettid",
        "rt_sigprocmask", "rt_sigaction", "rt_sigreturn",
    ]
    /// What it may call with such an argument, which has that place.
    private static let conditional: [String: (argument: Int, value: UInt64)] = [
        "mmap": (2, 3), "mprotect": (2, 1), "socket": (0, 1), "tgkill": (0, 4711),
    ]

    /// The numbers of system calls by name, as the kernel's headers have them.
    private static func numbers(_ path: String) throws -> [String: UInt32] {
        var numbers: [String: UInt32] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[1].hasPrefix("__NR"), let number = UInt32(words[2])
            else { continue }
            let name = words[1].drop { $0 != "_" }.dropFirst(
                words[1].hasPrefix("__NR3264") ? 9 : 5)
            numbers[String(name)] = number
        }
        return numbers
    }

    @Test(
        arguments: [
            (SystemCallFilter.Architecture.x86_64, "x86_64-linux-gnu/asm/unistd_64.h", 0xC000_003E),
            (.aarch64, "asm-generic/unistd.h", 0xC000_00B7),
        ] as [(SystemCallFilter.Architecture, String, UInt32)])
    func `what a session needs is allowed and nothing else`(
        architecture: SystemCallFilter.Architecture, header: String, audit: UInt32
    ) throws {
        var numbers = try Self.numbers("/usr/include/\(header)")
        if architecture == .aarch64 { numbers["newfstatat"] = numbers["fstatat"] }
        var expected: [UInt32: [Int: UInt64]] = [:]
        // There is no poll(2) in the generic table.
        for name in Self.unconditional where architecture == .x86_64 || name != "poll" {
            expected[try #require(numbers[name], "\(name)")] = [:]
        }
        for (name, (argument, value)) in Self.conditional {
            expected[try #require(numbers[name], "\(name)")] = [argument: value]
        }
        for number in UInt32(0)...500 {
            let seen = verdict(number, expected[number] ?? [:], audit: audit, architecture)
            #expect(seen == (expected[number] == nil ? kill : allow), "call \(number)")
        }
        #expect(verdict(0x4000_0000, audit: audit, architecture) == kill)
        #expect(verdict(0, audit: 0x4000_0003, architecture) == kill)
    }

    @Test func `conditions look at the arguments`() {
        #expect(verdict(9, [2: 3]) == allow)  // mmap, to read and write
        #expect(verdict(9, [2: 7]) == kill)  // … and to execute
        #expect(verdict(10, [2: 4]) == kill)
        #expect(verdict(41, [0: 1]) == allow)  // socket, AF_UNIX
        #expect(verdict(41, [0: 2]) == kill)
        #expect(verdict(234, [0: 4711]) == allow)  // tgkill, ourselves
        #expect(verdict(234, [0: 4712]) == kill)
    }

    @Test func `a delivery may write, remove and make files and move them, and nothing else`() {
        // LANDLOCK_ACCESS_FS_WRITE_FILE, REMOVE_FILE, MAKE_REG and REFER.
        #expect(Landlock.delivering == 1 << 1 | 1 << 5 | 1 << 8 | 1 << 13)
    }

    @Test func `each version of Landlock has its rights`() {
        #expect(Landlock.handledFileRights(2) == 0x3FFF)
        #expect(Landlock.handledFileRights(3) == 0x7FFF)
        #expect(Landlock.handledFileRights(4) == 0x7FFF)
        #expect(Landlock.handledFileRights(5) == 0xFFFF)
        #expect(Landlock.handledFileRights(7) == 0xFFFF)
    }
}
