internal import Activation
internal import POSIX

extension Connection {
    /// Reads the header that a proxy begins with; the connection counts as lost where none comes
    /// that can be used.
    ///
    /// It reads no octet behind it: that is for the session, or for OpenSSL, which reads from the
    /// descriptor by itself. So it takes what is certain to belong to the header at a time, which
    /// works for pipes as for sockets; a line of text takes some twenty reads that way.
    mutating func readProxyHeader(until deadline: Deadline) throws(Interruption)
        -> ProxyHeader.Source
    {
        var header = ProxyHeader()
        while true {
            if let source = header.source { return source }
            var octets = [UInt8](repeating: 0, count: header.minimumOctetsToCome)
            let count = try read(into: &octets, until: deadline)
            if count == 0 { throw .lost("the connection ended before its end") }
            do throws(ProxyHeader.Malformed) {
                _ = try header.receive(octets.span.extracting(..<count))
            } catch {
                throw .lost(error.reason)
            }
        }
    }
}
