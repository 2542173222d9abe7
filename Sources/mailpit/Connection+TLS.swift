internal import POSIX
internal import TLS

extension Connection {
    /// What binds an authentication to this very TLS connection; nil where there is nothing.
    var exporterBinding: [UInt8]? {
        switch tls {
        case .some(let tls): tls.exporterBinding
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
}
