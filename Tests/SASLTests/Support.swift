import COpenSSL
import Glibc
import Notation

@testable import SASL

func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

/// A store of these lines.
func store(_ lines: String...) -> CredentialStore {
    try! CredentialStore(inline: lines.joined(separator: " "), source: "test")
}

/// `{SHA}` of "pencil": the cheapest of all hashes.
let pencilSHA = "{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o="

/// A line for SCRAM as Dovecot writes it, computed by OpenSSL and none of our code.
func scramLine(
    _ user: String, _ password: String = "pencil", salt: String = "W22ZaJ0SNY7soEsUEjb6gQ==",
    iterations: Int = 4096
) -> String {
    let salted = pbkdf2(password, Base64.decode(salt.utf8)!, iterations)
    let storedKey = sha256(hmac(salted, "Client Key"))
    let serverKey = hmac(salted, "Server Key")
    let keys = [storedKey, serverKey].map { text(Base64.encode($0)) }.joined(separator: ",")
    return "\(user):{SCRAM-SHA-256}\(iterations),\(salt),\(keys)"
}

/// OpenSSL as the program sets it up: the first in the process decides, and other tests compare the
/// errors that come of it.
private let isReady = OPENSSL_init_crypto(copenssl_init_flags(), nil) == 1

func pbkdf2(_ password: String, _ salt: [UInt8], _ iterations: Int) -> [UInt8] {
    precondition(isReady)
    var key = [UInt8](repeating: 0, count: 32)
    let result = PKCS5_PBKDF2_HMAC(
        password, Int32(password.utf8.count), salt, Int32(salt.count), Int32(iterations),
        EVP_sha256(), 32, &key)
    precondition(result == 1)
    return key
}

func hmac(_ key: [UInt8], _ message: String) -> [UInt8] {
    precondition(isReady)
    var code = [UInt8](repeating: 0, count: 32)
    let message = octets(message)
    let result = COpenSSL.HMAC(
        EVP_sha256(), key, Int32(key.count), message, message.count, &code, nil)
    precondition(result != nil)
    return code
}

func sha256(_ message: [UInt8]) -> [UInt8] {
    precondition(isReady)
    var digest = [UInt8](repeating: 0, count: 32)
    precondition(EVP_Digest(message, message.count, &digest, nil, EVP_sha256(), nil) == 1)
    return digest
}

extension Exchange {
    /// The first step with an initial response of this text.
    mutating func begin(_ mechanism: Mechanism, _ initialResponse: String) -> Step {
        begin(mechanism, initialResponse: octets(initialResponse))
    }

    mutating func respond(_ response: String) -> Step { respond(octets(response)) }
}

extension Exchange.Step {
    static func challenge(_ text: String) -> Exchange.Step { .challenge(octets(text)) }

    static func failed(_ reason: String, _ user: String? = nil) -> Exchange.Step {
        .failed(Failure(reason, user: user))
    }
}

extension Policy {
    static func store(_ lines: String...) -> Policy {
        let store = try! CredentialStore(inline: lines.joined(separator: " "), source: "test")
        return Policy(.store(store), hostname: "mx.example")
    }

    static var anything: Policy { Policy(.anything, hostname: "mx.example") }
}

extension Channel {
    static let tls = Channel(isProtected: true)
    /// TLS whose binding is the octets from 0.
    static let tlsWithExporter = Channel(isProtected: true, tlsExporter: Array(0..<32))
}

/// What each of these costs at least. As a busy machine is not always equally fast they are measured in turn
/// until the costs are as expected, four times at least and a hundred at most.
func costs(_ bodies: [() -> Void], until areAsExpected: ([Int]) -> Bool) -> [Int] {
    var least = Array(repeating: Int.max, count: bodies.count)
    for round in 0..<100 where round < 4 || !areAsExpected(least) {
        for (index, body) in bodies.enumerated() { least[index] = min(least[index], cost(body)) }
    }
    return least
}

/// Processor time of this thread in microseconds.
func cost(_ body: () -> Void) -> Int {
    func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
    return (0..<5).map { _ in
        let start = now()
        body()
        return now() - start
    }.min()!
}
