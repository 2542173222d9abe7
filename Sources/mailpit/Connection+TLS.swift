internal import POSIX
internal import TLS

extension Connection {
    /// What a handshake came to.
    enum Securing {
        case done(TLSSessionFacts)
        /// It failed: why, and what is known of the client all the same.
        case failed(String, TLSSessionFacts)
        case timedOut
        case terminated
    }

    /// Shakes hands as the server. From here on nothing is sent or taken in plaintext, whatever
    /// comes of it.
    mutating func secure(by context: borrowing TLSContext, until deadline: Deadline) -> Securing {
        do throws(TLSError) {
            tls = try TLSConnection(
                accepting: context, input: inputDescriptor, output: outputDescriptor)
        } catch {
            isBroken = true
            return .failed(error.description, TLSSessionFacts())
        }
        while true {
            let progress: Progress
            switch tls!.handshake() {
            case .done: return .done(tls!.session)
            case .failed(let error): return broken(.failed(error.description, tls!.session))
            case .wantsInput: progress = wait(for: .input, until: deadline)
            case .wantsOutput: progress = wait(for: .output, until: deadline)
            }
            switch progress {
            case .done: continue
            case .lost(let reason): return broken(.failed(reason, tls!.session))
            case .timedOut: return broken(.timedOut)
            case .terminated: return broken(.terminated)
            }
        }
    }

    private mutating func broken(_ outcome: Securing) -> Securing {
        isBroken = true
        return outcome
    }
}
