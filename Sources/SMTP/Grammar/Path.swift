/// Where a message comes from, and where reports about it go. RFC 5321 §4.1.1.2.
package enum ReversePath: Equatable, Sendable {
    /// `<>`, as of a report that must not be answered by another. RFC 5321 §4.5.5.
    case null
    case mailbox(Mailbox)

    /// The address without its brackets, empty for the null path.
    package var text: String {
        switch self {
        case .null: ""
        case .mailbox(let mailbox): mailbox.text
        }
    }

    var isASCII: Bool {
        switch self {
        case .null: true
        case .mailbox(let mailbox): mailbox.isASCII
        }
    }
}

/// Whom a message is for. RFC 5321 §4.1.1.3.
package enum ForwardPath: Equatable, Sendable {
    /// `<Postmaster>`, the only one without a domain, in the case that the client wrote it.
    case postmaster(String)
    case mailbox(Mailbox)

    /// The address without its brackets.
    package var text: String {
        switch self {
        case .postmaster(let text): text
        case .mailbox(let mailbox): mailbox.text
        }
    }

    var isASCII: Bool {
        switch self {
        case .postmaster: true
        case .mailbox(let mailbox): mailbox.isASCII
        }
    }
}
