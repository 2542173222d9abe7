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

    @Test(arguments: [SystemCallFilter.Architecture.x86_64, .aarch64])
    func `what is in the table is allowed and nothing else`(
        architecture: SystemCallFilter.Architecture
    ) {
        let audit: UInt32 = architecture == .x86_64 ? 0xC000_003E : 0xC000_00B7
        let calls = SystemCall.allowed(process: 4711).compactMap { call -> (UInt32, SystemCall)? in
            (architecture == .x86_64 ? call.x86_64 : call.aarch64).map { ($0, call) }
        }
        let numbers = Set(calls.map(\.0))
        #expect(numbers.count == calls.count)
        for number in UInt32(0)...500 {
            let met: [Int: UInt64] =
                switch calls.first(where: { $0.0 == number })?.1.condition {
                case .with(let value, let index): [index: UInt64(value)]
                default: [:]
                }
            let seen = verdict(number, met, audit: audit, architecture)
            #expect(seen == (numbers.contains(number) ? allow : kill), "call \(number)")
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

    @Test func `the numbers are those of the kernel`() throws {
        func numbers(_ path: String) throws -> [String: UInt32] {
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
        let mine = try numbers("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
        let generic = try numbers("/usr/include/asm-generic/unistd.h")
        for call in SystemCall.allowed(process: 1) {
            if let number = call.x86_64 { #expect(mine[call.name] == number, "\(call.name)") }
            if let number = call.aarch64 {
                let name = call.name == "newfstatat" ? "fstatat" : call.name
                #expect(generic[name] == number, "\(call.name)")
            }
        }
    }

    @Test func `each version of Landlock has its rights`() {
        #expect(Landlock.handledFileRights(2) == 0x3FFF)
        #expect(Landlock.handledFileRights(3) == 0x7FFF)
        #expect(Landlock.handledFileRights(4) == 0x7FFF)
        #expect(Landlock.handledFileRights(5) == 0xFFFF)
        #expect(Landlock.handledFileRights(7) == 0xFFFF)
    }
}
