internal import Notation

/// Looks for lines ended by CR CR LF in the header of a message, of which CR LF is left in the
/// decoded octets. Mailpit's `--smtp-strict-rfc-headers`.
struct HeaderScanner: Equatable, Sendable {
    private var isAtLineStart = true
    private var isAfterCarriageReturn = false
    private var isInHeader = true

    /// Whether there is such a line end up to the end of `decoded`, which goes on where the last
    /// call left off.
    mutating func hasDoubleCarriageReturn(in decoded: [UInt8]) -> Bool {
        guard isInHeader else { return false }
        for octet in decoded {
            if octet == .lineFeed {
                if isAfterCarriageReturn { return true }
                if isAtLineStart {
                    isInHeader = false
                    return false
                }
            }
            isAtLineStart = octet == .lineFeed
            isAfterCarriageReturn = octet == .carriageReturn
        }
        return false
    }
}
