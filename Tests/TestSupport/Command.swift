import Glibc
import POSIX

/// A program that was run to its end, with what it said.
package struct Command {
    /// The exit status or the negative signal; nil where it did not end in time and was killed.
    package let status: Int32?
    package let output: [UInt8]
    package let errors: String

    /// Runs a program with these octets as its input.
    package init(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        seconds: Int64 = Child.patience
    ) {
        let directory = TemporaryDirectory()
        let paths = ["input", "output", "errors"].map { directory.write("", to: $0) }
        write(input, to: paths[0])
        let files = [
            open(paths[0], O_RDONLY | O_CLOEXEC), open(paths[1], O_WRONLY | O_CLOEXEC),
            open(paths[2], O_WRONLY | O_CLOEXEC),
        ]
        defer { for file in files { close(file) } }
        let child = Child(
            arguments,
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"].merging(environment) { $1 },
            descriptors: [0: files[0], 1: files[1], 2: files[2]])
        status = child.wait(seconds: seconds)
        output = octetsOfFile(paths[1]) ?? []
        errors = textOfFile(paths[2]) ?? ""
    }

    package var outputText: String { String(decoding: output, as: UTF8.self) }
}

/// Writes octets to a file that is there.
package func write(_ octets: [UInt8], to path: String) {
    let file = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC)
    precondition(file >= 0, "open \(path): errno \(errno)")
    defer { close(file) }
    var written = 0
    while written < octets.count {
        let count = octets[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        precondition(count > 0, "write \(path): errno \(errno)")
        written += count
    }
}
