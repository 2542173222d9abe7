import COpenSSL
import Glibc
import TLS
import Testing

@Suite struct KeyLogTests {
    private let scratch = Scratch()

    private func configuration(_ file: String) -> TLSConfiguration {
        var configuration = TLSConfiguration()
        configuration.keyLogFile = file
        return configuration
    }

    private func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func clientRandom(_ pair: Pair) -> String {
        var octets = [UInt8](repeating: 0, count: 32)
        SSL_get_client_random(pair.client.ssl, &octets, 32)
        return hexadecimal(octets)
    }

    @Test func `the secrets of TLS 1.3 are told by their names`() throws {
        let file = scratch.file("keys")
        let pair = try Pair.connected(.tls1_3, configuration(file))
        let lines = text(of: file).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.last == "")
        let words = lines.dropLast().map { $0.split(separator: " ") }
        #expect(
            Set(words.map { String($0[0]) }) == [
                "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET",
            ])
        #expect(words.allSatisfy { $0.count == 3 && $0[1] == clientRandom(pair) })
    }

    @Test func `the secret of TLS 1.2 is the client's`() throws {
        let file = scratch.file("keys")
        let pair = try Pair.connected(.tls1_2, configuration(file))
        var secret = [UInt8](repeating: 0, count: 48)
        let session = pair.client.session
        #expect(SSL_SESSION_get_master_key(session.pointer, &secret, 48) == 48)
        #expect(text(of: file) == "CLIENT_RANDOM \(clientRandom(pair)) \(hexadecimal(secret))\n")
    }

    @Test func `lines are appended to a file that only its owner can read`() throws {
        let file = scratch.file("keys")
        umask(0)
        defer { umask(0o022) }
        _ = try Pair.connected(.tls1_2, configuration(file))
        var status = stat()
        #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
        let before = text(of: file)
        _ = try Pair.connected(.tls1_2, configuration(file))
        let after = text(of: file)
        #expect(after.hasPrefix(before))
        #expect(after.split(separator: "\n").count == 2)
    }

    @Test func `without a file nothing is taken down, and a full one harms nothing`() throws {
        #expect(!TLSConfiguration().canBeRefused)
        #expect(configuration("/dev/full").canBeRefused)
        let pair = try Pair.connected(.tls1_3, configuration("/dev/full"))
        #expect(pair.sendToServer([1]) == [1])
    }

    @Test func `a file that cannot be opened is a fault`() throws {
        let credentials = try Authority.credentials("ec")
        let pipe = scratch.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        for (path, reason) in [
            (scratch.path, "open: Is a directory (errno 21)"),
            (scratch.file("a/b"), "open: No such file or directory (errno 2)"),
            // Nobody reads it, and nobody waits for that.
            (pipe, "open: No such device or address (errno 6)"),
        ] {
            let expected = TLSError("opening the TLS key log", path: path, reason: reason)
            #expect(throws: expected) { _ = try TLSContext(configuration(path), credentials) }
        }
    }
}
