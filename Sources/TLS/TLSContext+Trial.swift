internal import COpenSSL
internal import Glibc
internal import POSIX

/// A client that exists in memory alone, to find out whom a context could serve.
package enum TrialClient: Sendable {
    /// It offers all that OpenSSL can, however weak.
    case capable
    /// It offers what clients have in common: the curves of NIST and X25519, signatures by RSA and
    /// by ECDSA on those curves, and the suites of Mozilla's "old".
    case ordinary
}

extension TLSContext {
    /// Why such a client cannot be served in this version of TLS, or nil where it can: by a handshake
    /// in which no certificate is verified.
    package func fault(with client: TrialClient, in version: TLSVersion) -> String? {
        var ends: [CInt] = [0, 0]
        let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            return SystemError.last("socketpair").description
        }
        let near = Descriptor(owning: ends[0])
        let far = Descriptor(owning: ends[1])
        do throws(TLSError) {
            var server = try TLSConnection(
                accepting: self, input: near.rawValue, output: near.rawValue)
            // A certificate of the client's is its own affair.
            unsafe SSL_set_verify(server.ssl, SSL_VERIFY_NONE, nil)
            let trial = try Trial(client, version, descriptor: far.rawValue)
            return Self.shakeHands(&server, trial)
        } catch {
            return error.reason
        }
    }

    private static func shakeHands(_ server: inout TLSConnection, _ client: borrowing Trial)
        -> String?
    {
        // Six flights at most, with HelloRetryRequest; beyond it the client has given up by itself.
        for _ in 0..<16 {
            let isClientDone = client.step()
            switch server.handshake() {
            case .done: if isClientDone { return nil }
            case .failed(let error): return error.reason
            case .wantsInput, .wantsOutput: break
            }
        }
        return "the client does not accept what it is answered"
    }
}

/// The client's side of a handshake.
@safe private struct Trial: ~Copyable {
    private let context: OpaquePointer
    private let ssl: OpaquePointer

    init(_ client: TrialClient, _ version: TLSVersion, descriptor: CInt) throws(TLSError) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw .drained("making a TLS context")
        }
        let wire = CInt(version.wireValue)
        guard unsafe copenssl_set_versions(context, wire, wire) == 1,
            unsafe Self.offer(client, context), let ssl = unsafe SSL_new(context),
            unsafe SSL_set_fd(ssl, descriptor) == 1
        else {
            unsafe SSL_CTX_free(context)
            throw .drained("making a TLS client")
        }
        unsafe self.context = context
        unsafe self.ssl = ssl
    }

    deinit {
        unsafe SSL_free(ssl)
        unsafe SSL_CTX_free(context)
    }

    /// Goes on with the handshake; whether it is done.
    func step() -> Bool {
        defer { ErrorQueue.clear() }
        return unsafe SSL_connect(ssl) == 1
    }

    private static func offer(_ client: TrialClient, _ context: OpaquePointer) -> Bool {
        var suites = TLSConfiguration.intermediateCiphersuites
        let (ciphers, groups): (String, String)
        switch client {
        // At level 0, as whatever is weak is for the server to refuse.
        case .capable:
            ciphers = "ALL:@SECLEVEL=0"
            suites += ":TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"
            groups = unsafe knownGroups(context)
        case .ordinary:
            ciphers = TLSConfiguration.oldCiphers + ":@SECLEVEL=0"
            groups = "X25519:P-256:P-384:P-521"
            guard unsafe copenssl_set_signatures(context, ordinarySignatures) == 1 else {
                return false
            }
        }
        guard unsafe SSL_CTX_set_cipher_list(context, ciphers) == 1,
            unsafe SSL_CTX_set_ciphersuites(context, suites) == 1
        else { return false }
        return unsafe copenssl_set_groups(context, groups) == 1
    }

    private static let ordinarySignatures =
        "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512"
        + ":RSA+SHA256:RSA+SHA384:RSA+SHA512:ECDSA+SHA1:RSA+SHA1"

    /// Those that the library has, of all that it could have.
    private static func knownGroups(_ context: OpaquePointer) -> String {
        let groups = [
            "X25519", "P-256", "P-384", "P-521", "X448", "secp256k1", "brainpoolP256r1",
            "brainpoolP384r1", "brainpoolP512r1", "secp224r1", "ffdhe2048", "ffdhe3072",
            "ffdhe4096", "ffdhe6144", "ffdhe8192", "X25519MLKEM768", "SecP256r1MLKEM768",
            "SecP384r1MLKEM1024", "MLKEM512", "MLKEM768", "MLKEM1024",
        ]
        defer { ErrorQueue.clear() }
        return groups.filter { unsafe copenssl_set_groups(context, $0) == 1 }
            .joined(separator: ":")
    }
}
