internal import Activation
internal import POSIX
internal import SMTP
internal import TLS

extension Connection {
    /// Ends it so that the last reply arrives: says that nothing more comes, takes in what the
    /// client still sends for a second at most, and only then closes.
    ///
    /// To close with octets unread would send a reset, which makes the client's system throw away
    /// what the client has not read yet. Returns how the client has ended its side of TLS, or nil
    /// where it did not, or there is none.
    mutating func close() -> Session.Ending? {
        ignoreTermination()
        let deadline = Deadline.after(seconds: Self.closingSeconds)
        let isTLS = state.isTLS
        while isTLS, !state.closeTLS() {
            guard (try? wait(for: .output, until: deadline)) != nil else { break }
        }
        guard activated.isSocket, !isReset else {
            activated.giveBack()
            return nil
        }
        activated.shutDownSending()
        var sink = [UInt8](repeating: 0, count: 4096)
        let ending = isTLS ? awaitEndOfTLS(&sink, until: deadline) : nil
        while mayRead(until: deadline), case .octets = activated.read(into: &sink) {}
        return ending
    }

    /// From here on nothing is sent, not even what ends TLS, and with the end of the process the
    /// client's system gets a reset: where it is TCP that the connection goes over.
    mutating func reset() {
        activated.resetWhenClosed()
        state = .dead
        isReset = true
    }

    private mutating func awaitEndOfTLS(_ sink: inout [UInt8], until deadline: Deadline)
        -> Session.Ending?
    {
        do throws(Interruption) {
            while deadline.remainingMilliseconds > 0 {
                switch try state.read(into: &sink, from: activated) {
                case .moved(0): return .orderly
                case .moved: continue
                case .mustWait: guard mayRead(until: deadline) else { return nil }
                }
            }
            return nil
        } catch .lost(_, let ending) {
            return ending
        } catch {
            return nil
        }
    }

    /// Waits for input; a client that never stops sending does not keep us beyond the deadline.
    private func mayRead(until deadline: Deadline) -> Bool {
        deadline.remainingMilliseconds > 0 && (try? wait(for: .input, until: deadline)) != nil
    }
}
