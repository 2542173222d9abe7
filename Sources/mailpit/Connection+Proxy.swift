internal import Activation
internal import POSIX

extension Connection {
    /// What waiting for a PROXY header came to.
    enum Introduction {
        case origin(ProxyHeader.Origin)
        /// There is none, or none that can be used: why.
        case failed(String)
        case timedOut
        case terminated
    }

    /// Reads the header that a proxy begins with.
    ///
    /// It reads no octet behind it: that is for the session, or for OpenSSL, which reads from the
    /// descriptor by itself. So it takes what is certain to belong to the header at a time, which
    /// works for pipes as for sockets; a line of text takes some twenty reads that way.
    mutating func readProxyHeader(until deadline: Deadline) -> Introduction {
        var header = ProxyHeader()
        while true {
            if let origin = header.origin { return .origin(origin) }
            var octets = [UInt8](repeating: 0, count: header.minimumOctetsToCome)
            switch read(into: &octets, until: deadline) {
            case .octets(let count):
                do throws(ProxyHeader.Malformed) {
                    _ = try header.receive(octets.span.extracting(..<count))
                } catch {
                    return .failed(error.reason)
                }
            case .end: return .failed("the connection ended before its end")
            case .lost(let reason): return .failed(reason)
            case .timedOut: return .timedOut
            case .terminated: return .terminated
            }
        }
    }
}
