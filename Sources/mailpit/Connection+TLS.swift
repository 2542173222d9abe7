internal import POSIX
internal import TLS

extension Connection {
    /// What binds an authentication to this very TLS connection; nil where there is nothing.
    var channelBinding: [UInt8]? {
        switch tls {
        case .some(let tls): tls.channelBinding
        case nil: nil
        }
    }

    /// What a handshake came to.
    enum Securing {
        case done
        case failed(String)
        case timedOut
        case terminated
    }

    /// Shakes hands as the server. From here on nothing is sent or taken in plaintext, whatever
    /// comes of it.
    mutating func secure(by context: borrowing TLSContext, until deadline: Deadline) -> Securing {
        isBroken = true
        do throws(TLSError) {
            tls = try TLSConnection(
                accepting: context, input: descriptorNumbers.input, output: descriptorNumbers.output
            )
        } catch {
            return .failed(error.description)
        }
        while true {
            let interest: Interest
            switch tls!.handshake() {
            case .done:
                isBroken = false
                return .done
            case .failed(let error): return .failed(error.description)
            case .wantsInput: interest = .input
            case .wantsOutput: interest = .output
            }
            switch wait(for: interest, until: deadline) {
            case .done: continue
            case .lost(let reason): return .failed(reason)
            case .timedOut: return .timedOut
            case .terminated: return .terminated
            }
        }
    }

    /// Waits for the client's ClientHello and answers it with the alert, or not at all; nothing is
    /// sent behind that.
    mutating func refuseTLS(_ alert: TLSAlert?, until deadline: Deadline) {
        var hello: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !TLSAlert.isDue(after: hello) {
            guard case .octets(let count) = read(into: &buffer, until: deadline) else { break }
            hello += buffer[..<count]
        }
        // Whether it arrives changes nothing: the connection is over.
        if let alert { _ = write(alert.record, until: deadline) }
        isBroken = true
    }
}
