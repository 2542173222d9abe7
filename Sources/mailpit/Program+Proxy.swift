internal import Activation
internal import Journal
internal import POSIX

extension Program {
    /// Who is to be served: the other end of the connection, unless a proxy is to tell; nil if it
    /// does not, or nobody waits for it any more.
    ///
    /// Up to here nothing was said, and nothing is if there is no header: whoever is there is no
    /// proxy, and speaks we do not know what.
    static func client(
        of connection: inout Connection, _ peer: Peer, _ settings: Settings,
        _ journal: inout Journal
    ) -> Peer? {
        guard settings.requiresProxyHeader else { return peer }
        do throws(Interruption) {
            let deadline = Deadline.after(seconds: settings.timeoutSeconds)
            switch try connection.readProxyHeader(until: deadline) {
            case .connection: return peer
            case .client(let client):
                journal.remote = client.text
                return client
            }
        } catch .lost(let reason, _) {
            journal.record(.protocolError, priority: .notice, "no PROXY header: \(reason)")
        } catch .timedOut {
            journal.record(
                .timeout, priority: .notice, "no PROXY header: the deadline has passed")
        } catch {}
        return nil
    }
}
