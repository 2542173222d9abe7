internal import Activation
internal import POSIX
internal import TLS

extension Connection {
    /// What binds an authentication to this very TLS connection; nil where there is nothing.
    var channelBinding: [UInt8]? {
        switch state {
        case .tls(let tls): tls.channelBinding
        default: nil
        }
    }

    /// Shakes hands as the server, and returns what it came to. From here on nothing is sent or
    /// taken in plaintext, whatever comes of it.
    mutating func secure(by acceptor: consuming TLSAcceptor, until deadline: Deadline)
        throws(Interruption) -> TLSSessionFacts
    {
        state = .dead
        tlsFacts = TLSSessionFacts()
        var tls: TLSConnection
        do throws(TLSError) {
            tls = try acceptor.accept(on: activated.descriptorNumbers)
        } catch {
            throw .lost(error.description)
        }
        do throws(Interruption) {
            try shakeHands(&tls, until: deadline)
        } catch {
            tlsFacts = tls.session
            throw error
        }
        let facts = tls.session
        tlsFacts = facts
        state = .tls(tls)
        return facts
    }

    private func shakeHands(_ tls: inout TLSConnection, until deadline: Deadline)
        throws(Interruption)
    {
        while true {
            switch tls.handshake() {
            case .done: return
            case .wantsInput: try wait(for: .input, until: deadline)
            case .wantsOutput: try wait(for: .output, until: deadline)
            case .failed(let error): throw .lost(error.description)
            }
        }
    }

    /// Waits for the client's ClientHello and answers it with the alert, or not at all; nothing is
    /// sent behind that.
    mutating func refuseTLS(_ alert: TLSAlert?, until deadline: Deadline) {
        var hello: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !TLSAlert.isDue(after: hello) {
            guard let count = try? read(into: &buffer, until: deadline), count > 0 else { break }
            hello += buffer[..<count]
        }
        // Whether it arrives changes nothing: the connection is over.
        if let alert { try? write(alert.record, until: deadline) }
        state = .dead
    }
}
