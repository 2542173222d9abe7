/// What the program ends with.
package struct ExitStatus: Equatable, Sendable {
    package let rawValue: CInt

    /// Everything passed, or is known.
    package static let passed = ExitStatus(rawValue: 0)
    package static let failed = ExitStatus(rawValue: 1)
    /// The control failed, the client never connected, or this machine does not let us judge.
    package static let nothingJudged = ExitStatus(rawValue: 2)
    /// EX_SOFTWARE of sysexits.h
    package static let defect = ExitStatus(rawValue: 70)
    /// EX_CONFIG of sysexits.h
    package static let wrongOption = ExitStatus(rawValue: 78)

    /// As a shell tells of a program that the signal has ended.
    package static func interrupted(by signal: CInt) -> ExitStatus {
        ExitStatus(rawValue: 128 + signal)
    }
}
