import COpenSSL

/// What a client looks at in a server's certificate.
struct CertificateCheck {
    let client: Client

    init(_ client: Client) {
        self.client = client
    }

    private final class Faults {
        var codes: Set<CInt> = []
    }

    /// Whether an authority that is known vouches for it, as RFC 5280 §6.1 has it.
    func isTrusted(_ certificate: OpaquePointer, _ chain: OpaquePointer?) -> Bool {
        if client.has(.acceptsEveryCertificate) { return true }
        let store = X509_STORE_new()
        defer { X509_STORE_free(store) }
        precondition(X509_STORE_load_file(store, client.authorityFile) == 1)
        let context = X509_STORE_CTX_new()
        defer { X509_STORE_CTX_free(context) }
        X509_STORE_CTX_init(context, store, certificate, chain)
        X509_STORE_CTX_set_default(context, "ssl_server")
        X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context), 2)
        let faults = Faults()
        X509_STORE_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(faults).toOpaque())
        // All faults are gathered: a certificate is to have one only.
        X509_STORE_CTX_set_verify_cb(context) { isGood, context in
            let pointer = X509_STORE_CTX_get_ex_data(context, 0)!
            let faults = Unmanaged<Faults>.fromOpaque(pointer).takeUnretainedValue()
            if isGood != 0 { return 1 }
            let code = X509_STORE_CTX_get_error(context)
            // What an issuer is not good for is to issue.
            let isIssuer = X509_STORE_CTX_get_error_depth(context) > 0
            faults.codes.insert(
                isIssuer && code == X509_V_ERR_INVALID_PURPOSE ? X509_V_ERR_INVALID_CA : code)
            return 1
        }
        guard X509_verify_cert(context) == 1 else { return false }
        return faults.codes.isSubset(of: tolerated)
    }

    private var tolerated: Set<CInt> {
        let codes: [Mistake: [CInt]] = [
            .acceptsExpired: [X509_V_ERR_CERT_HAS_EXPIRED],
            .acceptsFuture: [X509_V_ERR_CERT_NOT_YET_VALID],
            .acceptsSelfSigned: [X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT],
            .acceptsUnknownAuthority: [X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN],
            .acceptsLeafAsAuthority: [X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN],
            .acceptsCertificateOfClient: [X509_V_ERR_INVALID_PURPOSE],
            .acceptsUnknownCriticalExtension: [X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION],
            .acceptsShortKey: [X509_V_ERR_EE_KEY_TOO_SMALL],
            .acceptsWeakDigest: [X509_V_ERR_CA_MD_TOO_WEAK],
        ]
        return Set(client.mistakes.flatMap { codes[$0] ?? [] })
    }
}

// MARK: - Names

extension CertificateCheck {
    /// Whether one of its names is that of the host, as RFC 9525 §6 has it.
    func isFor(_ host: String, _ certificate: OpaquePointer) -> Bool {
        if client.has(.acceptsEveryCertificate) || client.has(.acceptsEveryName) { return true }
        var names = Self.alternativeNames(certificate)
        let isLast = names.isEmpty && client.has(.fallsBackToCommonName)
        if isLast || client.has(.looksAtCommonName) { names.append(Self.commonName(certificate)) }
        return names.contains { matches($0, host) }
    }

    private func matches(_ name: String, _ host: String) -> Bool {
        if name == host { return true }
        if client.has(.comparesPartOfName), name.contains(host) { return true }
        if client.has(.acceptsParent), host.hasSuffix(".\(name)") { return true }
        if client.has(.acceptsLoneStar), name == "*" { return true }
        let (label, rest) = Self.split(name)
        let (hostLabel, hostRest) = Self.split(host)
        if label == "*", client.has(.acceptsStarForLabels), host.hasSuffix(".\(rest)") {
            return true
        }
        if rest != hostRest { return false }
        if label == "*" { return !client.has(.knowsNoWildcards) }
        return client.has(.acceptsStarInLabel) && label.hasSuffix("*")
            && hostLabel.hasPrefix(label.dropLast())
    }

    private static func split(_ name: String) -> (String, String) {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
    }

    private static func alternativeNames(_ certificate: OpaquePointer) -> [String] {
        guard let list = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else {
            return []
        }
        let names = OpaquePointer(list)
        defer { copenssl_names_free(names) }
        return (0..<copenssl_names_count(names)).map { index in
            var kind: CInt = 0
            let value = GENERAL_NAME_get0_value(copenssl_name_at(names, index), &kind)
            let text = OpaquePointer(value)
            let count = Int(ASN1_STRING_length(.init(text)))
            return String(
                decoding: UnsafeBufferPointer(
                    start: ASN1_STRING_get0_data(.init(text)), count: count), as: UTF8.self)
        }
    }

    private static func commonName(_ certificate: OpaquePointer) -> String {
        var text = [CChar](repeating: 0, count: 256)
        let name = X509_get_subject_name(certificate)
        X509_NAME_get_text_by_NID(name, NID_commonName, &text, CInt(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
