/// Extensions of SMTP that can be left out of a session or added to it. STARTTLS and AUTH are none of
/// them, as whether they are there follows from certificate and users.
package struct Extensions: OptionSet, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// RFC 1870: the parameter SIZE. A limit is in force without it, too.
    package static let size = Extensions(rawValue: 1 << 0)
    /// RFC 6152: the parameter BODY.
    package static let eightBitMIME = Extensions(rawValue: 1 << 1)
    /// RFC 6531: the parameter SMTPUTF8.
    package static let smtpUTF8 = Extensions(rawValue: 1 << 2)
    /// RFC 2034. Replies have the codes all the same.
    package static let enhancedStatusCodes = Extensions(rawValue: 1 << 3)
    /// RFC 2920. What comes at once is run all the same.
    package static let pipelining = Extensions(rawValue: 1 << 4)
    /// RFC 9422.
    package static let limits = Extensions(rawValue: 1 << 5)
    /// RFC 3030: BDAT.
    package static let chunking = Extensions(rawValue: 1 << 6)
    /// RFC 3461: the parameters RET, ENVID, NOTIFY and ORCPT.
    package static let dsn = Extensions(rawValue: 1 << 7)
    /// RFC 8689: the parameter REQUIRETLS, within TLS alone.
    package static let requireTLS = Extensions(rawValue: 1 << 8)

    /// Those of a session that nobody has chosen any for.
    package static let standard: Extensions = [
        .size, .eightBitMIME, .smtpUTF8, .enhancedStatusCodes, .pipelining, .limits, .chunking,
    ]

    /// All of them by the keyword that EHLO shows, in its order.
    package static let byKeyword: [(keyword: String, extension: Extensions)] = [
        ("SIZE", .size), ("8BITMIME", .eightBitMIME), ("SMTPUTF8", .smtpUTF8),
        ("ENHANCEDSTATUSCODES", .enhancedStatusCodes), ("PIPELINING", .pipelining),
        ("LIMITS", .limits), ("CHUNKING", .chunking), ("DSN", .dsn), ("REQUIRETLS", .requireTLS),
    ]
}
