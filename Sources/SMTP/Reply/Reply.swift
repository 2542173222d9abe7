internal import Notation

/// A reply to the client: a code, and one or more lines of text.
///
/// It never quotes the client, but for the nonce in a challenge of SCRAM. Thrown, it is what a
/// command of the client's is refused with.
package struct Reply: Error, Equatable, Sendable {
    /// The three digits of RFC 5321 §4.2.1.
    package let code: Int
    /// The text behind the code, a line each, an enhanced status code (RFC 2034) included.
    package let lines: [String]

    init(_ code: Int, _ lines: String...) {
        self.init(code, lines: lines)
    }

    init(_ code: Int, lines: [String]) {
        self.code = code
        self.lines = lines
    }

    /// The client's or our failure, temporary (4yz) or permanent (5yz). RFC 5321 §4.2.1.
    package var isError: Bool { code >= 400 }

    /// What goes over the wire. RFC 5321 §4.2.1: every line but the last has `-` behind the code.
    package func append(to output: inout [UInt8]) {
        for (index, line) in lines.enumerated() {
            output.append(decimal: UInt64(code))
            output.append(index == lines.count - 1 ? .space : .hyphen)
            output += line
            output.append(.carriageReturn)
            output.append(.lineFeed)
        }
    }
}

extension Reply: CustomStringConvertible {
    /// The reply on one line, for a log.
    package var description: String {
        "\(code) \(lines.joined(separator: " / "))"
    }
}
