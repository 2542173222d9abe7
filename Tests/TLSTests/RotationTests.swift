import COpenSSL
import Glibc
import POSIX
import Synchronization
import TLS
import TestSupport
import Testing

@Suite struct RotationTests {
    @Test(arguments: [true, false])
    func `a pair that is being replaced is read again`(_ certificateFirst: Bool) throws {
        // On a busy machine it may not be replaced in time.
        var credentials: TLSCredentials?
        for _ in 0..<20 where credentials == nil {
            credentials = try? Self.credentialsRead(whileReplaced: certificateFirst)
        }
        let pair = try Pair(#require(credentials))
        #expect(pair.shakeHands())
        let sent = SSL_get0_peer_certificate(pair.client.ssl)
        #expect(EVP_PKEY_get_base_id(X509_get0_pubkey(sent)) == EVP_PKEY_RSA)
    }

    private static func credentialsRead(whileReplaced certificateFirst: Bool) throws
        -> TLSCredentials
    {
        let scratch = Scratch()
        let (early, late) = ("rsa", "ec")
        let certificate = scratch.write(
            contents(of: Authority.certificate(certificateFirst ? early : late)), to: "crt")
        let key = scratch.write(
            contents(of: Authority.key(certificateFirst ? late : early)), to: "key")
        let replacement = scratch.write(
            contents(of: certificateFirst ? Authority.key(early) : Authority.certificate(early)),
            to: "new")
        // The other half follows as soon as the pair has been read once.
        let renaming = RenamingThread(
            replacement, to: certificateFirst ? key : certificate, onceReadIs: key)
        defer { renaming.join() }
        return try TLSCredentials(certificateFile: certificate, keyFile: key)
    }

    @Test func `three tries are 50 ms apart`() {
        let start = monotonicMilliseconds()
        #expect(throws: TLSError.self) {
            _ = try Authority.credentials("ec", key: "rsa")
        }
        let milliseconds = monotonicMilliseconds() - start
        #expect((100..<10_000).contains(milliseconds))
    }
}

/// Replaces a file as certbot does, by a rename, as soon as somebody has read another.
private final class RenamingThread: Sendable {
    private let paths: [String]
    private let notifications: CInt
    private let thread = Mutex<pthread_t>(0)

    init(_ source: String, to destination: String, onceReadIs watched: String) {
        paths = [source, destination]
        notifications = inotify_init1(CInt(IN_CLOEXEC))
        precondition(inotify_add_watch(notifications, watched, UInt32(IN_CLOSE_NOWRITE)) >= 0)
        let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
            Unmanaged<RenamingThread>.fromOpaque($0!).takeRetainedValue().run()
            return nil
        }
        let argument = Unmanaged.passRetained(self).toOpaque()
        thread.withLock { precondition(pthread_create(&$0, nil, start, argument) == 0) }
    }

    private func run() {
        var event = [UInt8](repeating: 0, count: 4096)
        precondition(read(notifications, &event, event.count) > 0)
        precondition(rename(paths[0], paths[1]) == 0)
        close(notifications)
    }

    func join() {
        thread.withLock { _ = pthread_join($0, nil) }
    }
}

private func monotonicMilliseconds() -> Int64 { Clock.monotonicNanoseconds() / 1_000_000 }
