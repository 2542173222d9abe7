internal import COpenSSL

/// A certificate that vouches for itself, in the making.
@safe struct SelfSignedCertificate: ~Copyable {
    private let x509: OpaquePointer

    /// How long before now it begins, so that a client whose clock is slow accepts it.
    private static let secondsBefore = 3600
    private static let secondsAfter = 30 * 86400

    /// Makes one for the names, of which there must be one at least, with the key's public half;
    /// nil if OpenSSL cannot, and the error queue says why.
    static func make(for names: [SubjectName], key: PrivateKey) -> Certificate? {
        guard let certificate = SelfSignedCertificate(), certificate.identify(names[0], key),
            certificate.add(names), certificate.addUses(),
            unsafe X509_sign(certificate.x509, key.pkey, EVP_sha256()) > 0
        else { return nil }
        unsafe X509_up_ref(certificate.x509)
        return unsafe Certificate(owning: certificate.x509)
    }

    private init?() {
        ErrorQueue.clear()
        guard let x509 = unsafe X509_new() else { return nil }
        unsafe self.x509 = x509
    }

    deinit {
        unsafe X509_free(x509)
    }

    private func identify(_ name: SubjectName, _ key: PrivateKey) -> Bool {
        let subject = unsafe X509_get_subject_name(x509)
        let text = Array(Self.commonName(name).utf8)
        // RFC 5280 §4.1.2.1: version 3 is written as 2.
        return unsafe X509_set_version(x509, 2) == 1
            // §4.1.2.2: no two with one issuer may have the same, and all have ours.
            && ASN1_INTEGER_set_uint64(
                X509_get_serialNumber(x509), .random(in: 1 ... .max)) == 1
            && X509_gmtime_adj(X509_getm_notBefore(x509), -Self.secondsBefore) != nil
            && X509_gmtime_adj(X509_getm_notAfter(x509), Self.secondsAfter) != nil
            && X509_NAME_add_entry_by_NID(
                subject, NID_commonName, MBSTRING_ASC, text, CInt(text.count), -1, 0) == 1
            && X509_set_issuer_name(x509, subject) == 1
            && X509_set_pubkey(x509, key.pkey) == 1
    }

    /// For people only, as clients look at the alternative names.
    private static func commonName(_ name: SubjectName) -> String {
        // RFC 5280 A.1: ub-common-name.
        if case .domain(let name) = name, name.utf8.count <= 64 { return name }
        return "mailpit"
    }
}

// MARK: - Extensions

extension SelfSignedCertificate {
    private func add(_ names: [SubjectName]) -> Bool {
        let list = unsafe copenssl_names_new()
        defer { unsafe copenssl_names_free(list) }
        for name in names {
            let isAdded =
                switch name {
                case .domain(let text):
                    unsafe Self.append(GEN_DNS, V_ASN1_IA5STRING, Array(text.utf8), to: list)
                case .address(let octets):
                    unsafe Self.append(GEN_IPADD, V_ASN1_OCTET_STRING, octets, to: list)
                }
            if !isAdded { return false }
        }
        return unsafe add(NID_subject_alt_name, UnsafeMutableRawPointer(list), isCritical: false)
    }

    private static func append(
        _ kind: CInt, _ form: CInt, _ octets: [UInt8], to list: OpaquePointer?
    ) -> Bool {
        guard let value = unsafe ASN1_STRING_type_new(form) else { return false }
        guard unsafe ASN1_STRING_set(value, octets, CInt(octets.count)) == 1,
            let name = unsafe GENERAL_NAME_new()
        else {
            unsafe ASN1_STRING_free(value)
            return false
        }
        unsafe GENERAL_NAME_set0_value(name, kind, value)
        return unsafe copenssl_names_push(list, name) > 0
    }

    /// What it is good for: to be the certificate of a server, and nothing else.
    private func addUses() -> Bool {
        let constraints = unsafe BASIC_CONSTRAINTS_new()
        defer { unsafe BASIC_CONSTRAINTS_free(constraints) }
        let uses = unsafe ASN1_BIT_STRING_new()
        defer { unsafe ASN1_BIT_STRING_free(uses) }
        let purposes = unsafe copenssl_objects_new()
        defer { unsafe copenssl_objects_free(purposes) }
        // RFC 5280 §4.2.1.3: bit 0 is digitalSignature; §4.2.1.9: no authority unless it says so.
        return unsafe ASN1_BIT_STRING_set_bit(uses, 0, 1) == 1
            && copenssl_objects_push(purposes, OBJ_nid2obj(NID_server_auth)) > 0
            && add(NID_basic_constraints, UnsafeMutableRawPointer(constraints), isCritical: true)
            && add(NID_key_usage, UnsafeMutableRawPointer(uses), isCritical: true)
            && add(NID_ext_key_usage, UnsafeMutableRawPointer(purposes), isCritical: false)
    }

    private func add(_ kind: CInt, _ value: UnsafeMutableRawPointer?, isCritical: Bool) -> Bool {
        guard let value = unsafe value else { return false }
        return unsafe X509_add1_ext_i2d(x509, kind, value, isCritical ? 1 : 0, 0) == 1
    }
}
