import Notation

@testable import SASL

/// A client of SCRAM-SHA-256 that does as told, on OpenSSL and none of our code.
struct SCRAMClient {
    var user = "user"
    var password = "pencil"
    var nonce = "rOprNGfwEbeRWgbNEkqO"
    var header = "n,,"
    /// What follows the header in the final message's `c=`.
    var binding: [UInt8] = []

    var bare: String { "n=\(user),r=\(nonce)" }
    var first: String { header + bare }

    /// The final message without its proof.
    func withoutProof(_ challenge: String) -> String {
        let nonce = challenge.split(separator: ",")[0].dropFirst(2)
        return "c=\(text(Base64.encode(octets(header) + binding))),r=\(nonce)"
    }

    func proof(_ challenge: String, _ withoutProof: String) -> [UInt8] {
        let clientKey = hmac(salted(challenge), "Client Key")
        let signature = hmac(sha256(clientKey), "\(bare),\(challenge),\(withoutProof)")
        return zip(clientKey, signature).map { $0 ^ $1 }
    }

    func final(_ challenge: String) -> String {
        let withoutProof = withoutProof(challenge)
        return "\(withoutProof),p=\(text(Base64.encode(proof(challenge, withoutProof))))"
    }

    /// What the server has to say at the end.
    func verifier(_ challenge: String) -> String {
        let signed = "\(bare),\(challenge),\(withoutProof(challenge))"
        let signature = hmac(hmac(salted(challenge), "Server Key"), signed)
        return "v=\(text(Base64.encode(signature)))"
    }

    private func salted(_ challenge: String) -> [UInt8] {
        let fields = challenge.split(separator: ",")
        return pbkdf2(
            password, Base64.decode(fields[1].dropFirst(2).utf8)!, Int(fields[2].dropFirst(2))!)
    }
}
