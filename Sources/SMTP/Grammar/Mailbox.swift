internal import Notation

/// An address as it stands between the angle brackets of a path, valid by RFC 5321 §4.1.2 and, with
/// characters beyond ASCII, by RFC 6531 §3.3; without a source route.
package struct Mailbox: Equatable, Sendable {
    package let text: String

    /// Whether the address can be used without SMTPUTF8.
    var isASCII: Bool { text.utf8.allSatisfy { !$0.isBeyondASCII } }
}
