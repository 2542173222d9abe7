internal import COpenSSL
internal import Notation

// What a client has offered that an agreement could have been made from, in words.

extension TLSConnection {
    /// The lists of the ClientHello by the registered names of what is in them, as in `groups
    /// x25519 secp256r1`, where the handshake has failed over them; else none.
    var offeredLists: [String] {
        // Whatever OpenSSL minds of a ClientHello is found before it goes on from there.
        guard let state = record.helloState, unsafe SSL_get_state(ssl) == state,
            !record.offeredVersions.isEmpty
        else { return [] }
        return [
            Self.text("cipher suites", record.cipherSuites.numbers, 600) { suite in
                let octets = [UInt8(suite >> 8), UInt8(truncatingIfNeeded: suite)]
                guard let cipher = unsafe SSL_CIPHER_find(ssl, octets) else { return nil }
                return unsafe SSL_CIPHER_standard_name(cipher).map { unsafe String(cString: $0) }
            },
            Self.text("groups", ClientHello.list(record.groups), 200) { group in
                // A context knows no more than it may agree to, where it is a lean one.
                unsafe copenssl_group_name(ssl, group).map { unsafe String(cString: $0) }
                    ?? TLSGroup.name(of: group)
            },
            Self.text(
                "signature algorithms", ClientHello.list(record.signatureAlgorithms), 400,
                named: Self.signatureScheme),
        ]
    }

    /// A list in the client's order. A client may offer thousands, so what would begin beyond
    /// `maximumOctets` is only counted.
    private static func text(
        _ what: String, _ numbers: [UInt16], _ maximumOctets: Int, named name: (UInt16) -> String?
    ) -> String {
        if numbers.isEmpty { return "no \(what)" }
        var text = what
        for (index, number) in numbers.enumerated() {
            if text.utf8.count > maximumOctets {
                return text + " and \(numbers.count - index) more"
            }
            text += " " + (name(number) ?? hexadecimal(number))
        }
        return text
    }

    private static func hexadecimal(_ number: UInt16) -> String {
        var text = Array("0x".utf8)
        text.append(hexadecimal: UInt64(number), minimumDigits: 4)
        return String(decoding: text, as: UTF8.self)
    }

    /// The name of a SignatureScheme: OpenSSL has none for them. RFC 8446 §4.2.3; below TLS 1.3
    /// they are pairs of a hash and an algorithm, RFC 5246 §7.4.1.4.1, of which the same names are
    /// used for what RFC 8446 has not kept.
    private static func signatureScheme(_ number: UInt16) -> String? {
        switch number {
        case 0x0201: "rsa_pkcs1_sha1"
        case 0x0202: "dsa_sha1"
        case 0x0203: "ecdsa_sha1"
        case 0x0301: "rsa_pkcs1_sha224"
        case 0x0302: "dsa_sha224"
        case 0x0303: "ecdsa_sha224"
        case 0x0401: "rsa_pkcs1_sha256"
        case 0x0402: "dsa_sha256"
        case 0x0403: "ecdsa_secp256r1_sha256"
        case 0x0501: "rsa_pkcs1_sha384"
        case 0x0502: "dsa_sha384"
        case 0x0503: "ecdsa_secp384r1_sha384"
        case 0x0601: "rsa_pkcs1_sha512"
        case 0x0602: "dsa_sha512"
        case 0x0603: "ecdsa_secp521r1_sha512"
        case 0x0804: "rsa_pss_rsae_sha256"
        case 0x0805: "rsa_pss_rsae_sha384"
        case 0x0806: "rsa_pss_rsae_sha512"
        case 0x0807: "ed25519"
        case 0x0808: "ed448"
        case 0x0809: "rsa_pss_pss_sha256"
        case 0x080A: "rsa_pss_pss_sha384"
        case 0x080B: "rsa_pss_pss_sha512"
        default: nil
        }
    }
}
