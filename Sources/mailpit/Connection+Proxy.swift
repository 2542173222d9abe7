internal import Activation
internal import POSIX

extension Connection {
    /// What came of waiting for the header of a proxy.
    enum ProxyReading {
        case origin(ProxyHeader.Origin)
        /// There is none, and why; nothing of what the sender chose is in it.
        case failed(String)
        case terminated
    }

    /// Reads the header that a proxy puts before everything else, and not an octet of what is
    /// behind it, which may be a ClientHello.
    mutating func readProxyHeader(until deadline: Deadline) -> ProxyReading {
        var header = ProxyHeader()
        while true {
            if let origin = header.origin { return .origin(origin) }
            var buffer = [UInt8](repeating: 0, count: min(header.minimumOctetsToCome, 4096))
            switch read(into: &buffer, until: deadline) {
            case .octets(let count):
                do throws(ProxyHeader.Malformed) {
                    _ = try header.receive(buffer.span.extracting(..<count))
                } catch {
                    return .failed(error.reason)
                }
            case .end: return .failed("the connection has ended before it")
            case .lost(let reason): return .failed(reason)
            case .timedOut: return .failed("the deadline has passed")
            case .terminated: return .terminated
            }
        }
    }
}
