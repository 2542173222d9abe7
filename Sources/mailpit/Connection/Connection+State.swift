internal import Activation
internal import POSIX
internal import SMTP
internal import TLS

extension Connection {
    /// What octets go over. Nothing here waits.
    enum State: ~Copyable {
        case plaintext
        case tls(TLSConnection)
        /// Nothing goes over it any more: TLS has not come about (yet), or the connection is lost.
        case dead
    }

    /// What a read or write came to that did not fail.
    enum Attempt {
        case moved(Int)
        case mustWait(Interest)
    }
}

extension Connection.State {
    /// Reads what is there; no octets are moved where the client has closed its side, in TLS by
    /// close_notify.
    mutating func read(into buffer: inout [UInt8], from activated: borrowing ActivatedConnection)
        throws(Interruption) -> Connection.Attempt
    {
        switch consume self {
        case .plaintext:
            self = .plaintext
            switch activated.read(into: &buffer) {
            case .octets(let count): return .moved(count)
            case .end: return .moved(0)
            case .wouldBlock: return .mustWait(.input)
            case .failed(let error): throw die(error.description)
            }
        case .tls(var tls):
            let transfer = tls.read(into: &buffer)
            self = .tls(tls)
            switch transfer {
            case .octets(let count): return .moved(count)
            case .closed: return .moved(0)
            case .truncated:
                throw die("the connection ended without a close_notify", .truncated)
            case .wantsInput: return .mustWait(.input)
            case .wantsOutput: return .mustWait(.output)
            case .failed(let error): throw die(error.description)
            }
        case .dead:
            self = .dead
            throw .lost("the connection has ended")
        }
    }

    /// Writes as much as goes.
    mutating func write(_ octets: Span<UInt8>, to activated: borrowing ActivatedConnection)
        throws(Interruption) -> Connection.Attempt
    {
        switch consume self {
        case .plaintext:
            self = .plaintext
            switch activated.write(octets) {
            case .octets(let count): return .moved(count)
            case .wouldBlock: return .mustWait(.output)
            case .end: throw die("the connection has ended")
            case .failed(let error): throw die(error.description)
            }
        case .tls(var tls):
            let transfer = tls.write(octets)
            self = .tls(tls)
            switch transfer {
            case .octets(let count): return .moved(count)
            case .wantsInput: return .mustWait(.input)
            case .wantsOutput: return .mustWait(.output)
            case .closed, .truncated: throw die("the connection has ended")
            case .failed(let error): throw die(error.description)
            }
        case .dead:
            self = .dead
            throw .lost("the connection has ended")
        }
    }

    private mutating func die(_ reason: String, _ ending: Session.Ending = .givenUp)
        -> Interruption
    {
        self = .dead
        return .lost(reason, ending)
    }

    /// Says within TLS that nothing more comes (close_notify), once; false if that must wait for
    /// the client to take what was sent before.
    mutating func closeTLS() -> Bool {
        guard case .tls(var tls) = consume self else {
            self = .dead
            return true
        }
        let transfer = tls.close()
        self = .tls(tls)
        return transfer != .wantsOutput
    }

    var isPlaintext: Bool {
        switch self {
        case .plaintext: true
        default: false
        }
    }

    var isTLS: Bool {
        switch self {
        case .tls: true
        default: false
        }
    }

    var isDead: Bool {
        switch self {
        case .dead: true
        default: false
        }
    }

    /// Whether a read would find something without the descriptor's becoming readable.
    var hasBufferedInput: Bool {
        switch self {
        case .tls(let tls): tls.hasBufferedInput
        default: false
        }
    }
}
