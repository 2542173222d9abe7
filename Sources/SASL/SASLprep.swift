internal import CIDN
internal import COpenSSL
internal import Glibc

/// The preparation of names and passwords for comparison. RFC 4013
///
/// ASCII is dealt with here; for the rest, which needs the tables of Unicode 3.2, there is libidn.
package enum SASLprep {
    /// Why a text cannot be prepared.
    enum Fault: Error, Equatable {
        case prohibited(String)
        /// There is no libidn on this machine.
        case unavailable
    }

    private static let function = unsafe cidn_load()

    /// Whether there is the library, which this loads: once a session is confined it is too late.
    ///
    /// Without it names and passwords beyond ASCII are compared as they are by PLAIN and LOGIN,
    /// which RFC 4616 §2 lets a server do, and refused by SCRAM-SHA-256.
    package static var isAvailable: Bool { unsafe function != nil }

    /// Prepares a text, which is UTF-8 without NUL; nil where that changes nothing. What comes of it
    /// is never empty.
    ///
    /// RFC 3454 §7: as in a query, what Unicode 3.2 does not know goes through, in the store too:
    /// most of today's characters are younger than its tables.
    static func prepared(_ text: borrowing Secret) throws(Fault) -> Secret? {
        let (isASCII, hasControls) = unsafe text.withOctets { octets in
            unsafe (octets.allSatisfy { $0 < 0x80 }, octets.contains { $0 < 0x20 || $0 == 0x7F })
        }
        // RFC 4013 §2.3, with RFC 3454 §C.2.1: no control characters.
        if hasControls { throw .prohibited("a control character") }
        if isASCII { return nil }
        guard let function = unsafe function else { throw .unavailable }
        var result: UnsafeMutablePointer<CChar>?
        let code = unsafe text.withCString {
            // No flags: code points that Unicode 3.2 does not know go through.
            unsafe function($0, &result, "SASLprep", 0)
        }
        guard Int(code) == cidn_ok, let result = unsafe result else {
            throw fault(code)
        }
        let count = unsafe strlen(result)
        defer {
            unsafe OPENSSL_cleanse(result, count)
            unsafe free(result)
        }
        // What is mapped to nothing, as the soft hyphen is, may leave nothing.
        if count == 0 { throw .prohibited("only characters that do not count") }
        if unsafe text.withCString({ unsafe strcmp($0, result) }) == 0 { return nil }
        return unsafe result.withMemoryRebound(to: UInt8.self, capacity: count) {
            unsafe Secret(UnsafeBufferPointer(start: $0, count: count))
        }
    }

    private static func fault(_ code: CInt) -> Fault {
        switch Int(code) {
        case cidn_prohibited: .prohibited("a prohibited character")
        case cidn_mixed_directions,
            cidn_leading_or_trailing_direction:
            .prohibited("letters of both directions")
        default: .prohibited("something SASLprep has no answer to (\(code))")
        }
    }
}
