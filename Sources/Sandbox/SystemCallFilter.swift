internal import CLinux
internal import Glibc
internal import POSIX

/// The filter that kills the process if it makes a system call that is not in the table. seccomp(2)
enum SystemCallFilter {
    enum Architecture { case x86_64, aarch64 }

    /// The one that this program was built for; nil where the table has no numbers for it.
    static var current: Architecture? {
        #if arch(x86_64)
            .x86_64
        #elseif arch(arm64)
            .aarch64
        #else
            nil
        #endif
    }

    static func install() throws(SystemError) {
        guard let architecture = current else { throw SystemError("seccomp", code: ENOTSUP) }
        var filter = instructions(
            for: SystemCall.allowed(process: UInt32(getpid())), architecture)
        try retrying("seccomp") {
            unsafe filter.withUnsafeMutableBufferPointer {
                unsafe clinux_set_system_call_filter($0.baseAddress, CUnsignedShort($0.count))
            }
        }
    }

    /// The program, for the kernel's classic BPF: the architecture must be ours, and the number that
    /// of a call whose condition holds.
    static func instructions(
        for calls: [SystemCall], _ architecture: Architecture
    ) -> [sock_filter] {
        var program = [
            load(offset: Offset.architecture),
            skip(1, ifEqual: architecture.auditValue),
            end(.kill),
            load(offset: Offset.number),
        ]
        for call in calls {
            guard let number = call.number(on: architecture) else { continue }
            let verdict = verdict(call.condition)
            program.append(skip(UInt8(verdict.count), unlessEqual: number))
            program += verdict
        }
        program.append(end(.kill))
        return program
    }

    private static func verdict(_ condition: SystemCall.Condition) -> [sock_filter] {
        switch condition {
        case .always: [end(.allow)]
        case .without(let bits, let index):
            [load(argument: index), skip(1, ifAny: bits), end(.allow), end(.kill)]
        case .with(let value, let index):
            [load(argument: index), skip(1, unlessEqual: value), end(.allow), end(.kill)]
        }
    }
}

// MARK: - Instructions

extension SystemCallFilter {
    /// Where things are in `struct seccomp_data`.
    private enum Offset {
        static let number: UInt32 = 0
        static let architecture: UInt32 = 4
        static let arguments: UInt32 = 16
    }

    private enum Verdict: UInt32 {
        case kill = 0x8000_0000  // SECCOMP_RET_KILL_PROCESS
        case allow = 0x7FFF_0000  // SECCOMP_RET_ALLOW
    }

    private static func load(offset: UInt32) -> sock_filter {
        sock_filter(code: UInt16(BPF_LD | BPF_W | BPF_ABS), jt: 0, jf: 0, k: offset)
    }

    /// The lower half of an argument. What is compared with it is an `int` to the kernel too, or a
    /// set of bits that are all in that half.
    private static func load(argument index: Int) -> sock_filter {
        // Both architectures are little-endian, so it comes first.
        load(offset: Offset.arguments + 8 * UInt32(index))
    }

    private static func skip(_ count: UInt8, ifEqual value: UInt32) -> sock_filter {
        sock_filter(code: UInt16(BPF_JMP | BPF_JEQ | BPF_K), jt: count, jf: 0, k: value)
    }

    private static func skip(_ count: UInt8, unlessEqual value: UInt32) -> sock_filter {
        sock_filter(code: UInt16(BPF_JMP | BPF_JEQ | BPF_K), jt: 0, jf: count, k: value)
    }

    private static func skip(_ count: UInt8, ifAny bits: UInt32) -> sock_filter {
        sock_filter(code: UInt16(BPF_JMP | BPF_JSET | BPF_K), jt: count, jf: 0, k: bits)
    }

    private static func end(_ verdict: Verdict) -> sock_filter {
        sock_filter(code: UInt16(BPF_RET | BPF_K), jt: 0, jf: 0, k: verdict.rawValue)
    }
}

extension SystemCallFilter.Architecture {
    /// AUDIT_ARCH_… of <linux/audit.h>: the machine of the ELF header, 64 bits, little-endian.
    fileprivate var auditValue: UInt32 {
        switch self {
        case .x86_64: 0xC000_003E
        case .aarch64: 0xC000_00B7
        }
    }
}

extension SystemCall {
    fileprivate func number(on architecture: SystemCallFilter.Architecture) -> UInt32? {
        switch architecture {
        case .x86_64: x86_64
        case .aarch64: aarch64
        }
    }
}
