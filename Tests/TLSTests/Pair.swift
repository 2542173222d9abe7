import COpenSSL
import Glibc
import POSIX
import TLS
import Testing

/// A server and a client that share a socket pair, and take turns.
final class Pair {
    let client: Client
    var server: TLSConnection
    private let descriptor: Descriptor
    /// How both handshakes ended.
    private(set) var serverOutcome = TLSConnection.Handshake.wantsInput
    private(set) var clientOutcome = Client.Outcome.wants

    convenience init(
        _ credentials: TLSCredentials, _ configuration: TLSConfiguration = TLSConfiguration(),
        client options: ClientOptions = ClientOptions()
    ) throws {
        // The server comes first, so that OpenSSL is started as in a session.
        try self.init(accepting: TLSContext(configuration, credentials), client: options)
    }

    init(accepting context: borrowing TLSContext, client options: ClientOptions) throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [CInt] = [0, 0]
        let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        precondition(socketpair(AF_UNIX, type, 0, &ends) == 0)
        descriptor = Descriptor(owning: ends[0])
        server = try TLSConnection(accepting: context, input: ends[0], output: ends[0])
        client = Client(options, descriptor: ends[1])
    }

    /// A pair with the usual certificate that has shaken hands.
    static func connected(
        _ options: ClientOptions = ClientOptions(),
        _ configuration: TLSConfiguration = TLSConfiguration()
    ) throws -> Pair {
        let pair = try Pair(Authority.credentials("ec"), configuration, client: options)
        try #require(pair.shakeHands())
        return pair
    }

    /// Takes both handshakes to their ends; whether they are done.
    @discardableResult
    func shakeHands() -> Bool {
        for _ in 0..<20 {
            if clientOutcome == .wants { clientOutcome = client.handshake() }
            if serverOutcome == .wantsInput { serverOutcome = stepServer() }
        }
        return serverOutcome == .done && clientOutcome == .done(0)
    }

    func stepServer() -> TLSConnection.Handshake {
        let outcome = server.handshake()
        #expect(ERR_peek_error() == 0)
        return outcome
    }

    /// Why the server gave up, or an empty text.
    var serverReason: String {
        if case .failed(let error) = serverOutcome { return error.description }
        return ""
    }

    var session: TLSSessionFacts { server.session }
    var hasBufferedInput: Bool { server.hasBufferedInput }

    func closeServer() -> TLSConnection.Outcome {
        let transfer = server.close()
        #expect(ERR_peek_error() == 0)
        return transfer
    }

    func readServer(_ space: Int = 64 << 10) -> (TLSConnection.Outcome, [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: space)
        let transfer = server.read(into: &buffer)
        #expect(ERR_peek_error() == 0)
        guard case .octets(let count) = transfer else { return (transfer, []) }
        return (transfer, Array(buffer[..<count]))
    }

    func writeServer(_ octets: [UInt8]) -> TLSConnection.Outcome {
        let transfer = server.write(octets.span)
        #expect(ERR_peek_error() == 0)
        return transfer
    }

    /// Leaves no room for another octet on the way to the client; the number of octets it took.
    func fillSocket() -> Int {
        var filled = 0
        for octets in [[UInt8](repeating: 0, count: 4096), [0]] {
            while true {
                let count = write(descriptor.rawValue, octets, octets.count)
                if count <= 0 { break }
                filled += count
            }
        }
        return filled
    }

    /// Has octets go from the client to the server; what arrived.
    func sendToServer(_ octets: [UInt8], space: Int = 64 << 10) -> [UInt8] {
        var sent = 0
        var arrived: [UInt8] = []
        for _ in 0..<(octets.count + 1000) {
            if sent < octets.count, case .done(let count) = client.write(octets[sent...]) {
                sent += count
            }
            arrived += readServer(space).1
            if arrived.count >= octets.count { break }
        }
        return arrived
    }

    /// Has octets go from the server to the client; what arrived.
    func sendToClient(_ octets: [UInt8]) -> [UInt8] {
        var sent = 0
        var arrived: [UInt8] = []
        for _ in 0..<(octets.count + 1000) {
            if sent < octets.count,
                case .octets(let count) = writeServer(Array(octets[sent...]))
            {
                sent += count
            }
            while case .done = client.read(into: &arrived) {}
            if arrived.count >= octets.count { break }
        }
        return arrived
    }
}

/// Octets that no shift, loss or repetition leaves equal.
func sampleOctets(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}
