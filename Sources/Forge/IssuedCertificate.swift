internal import COpenSSL

/// A certificate with its key, and the one that has issued it.
@safe final class IssuedCertificate {
    let x509: OpaquePointer
    let key: Key
    /// Nil where it has issued itself.
    let issuer: IssuedCertificate?

    /// Makes it as it is planned; without an issuer it vouches for itself.
    init(_ plan: Plan, issuer: IssuedCertificate?) throws(ForgeError) {
        let key = try Key(plan.key)
        guard let x509 = unsafe X509_new() else { throw .drained("making a certificate") }
        unsafe self.x509 = x509
        self.key = key
        self.issuer = issuer
        let digest = unsafe plan.isSignedOverSHA1 ? EVP_sha1() : EVP_sha256()
        guard identify(plan), extend(plan),
            unsafe X509_sign(x509, (issuer?.key ?? key).pkey, digest) > 0
        else { throw .drained("making a certificate") }
    }

    deinit {
        unsafe X509_free(x509)
    }

    private func identify(_ plan: Plan) -> Bool {
        let subject = unsafe X509_get_subject_name(x509)
        return unsafe X509_set_version(x509, 2) == 1  // RFC 5280 §4.1.2.1: version 3.
            // RFC 5280 §4.1.2.2: no two of an issuer have the same, and it is positive.
            && ASN1_INTEGER_set_uint64(
                X509_get_serialNumber(x509), .random(in: 1...1 << 62)) == 1
            && X509_gmtime_adj(X509_getm_notBefore(x509), seconds(plan.validDays.lowerBound)) != nil
            && X509_gmtime_adj(X509_getm_notAfter(x509), seconds(plan.validDays.upperBound)) != nil
            && add("mailpit verify", NID_organizationName, to: subject)
            // RFC 5280 A.1: no longer than 64; the alternative names are what counts.
            && add(String(plan.commonName.prefix(64)), NID_commonName, to: subject)
            && X509_set_issuer_name(x509, X509_get_subject_name((issuer ?? self).x509)) == 1
            && X509_set_pubkey(x509, key.pkey) == 1
    }

    private func seconds(_ days: Int) -> Int { days * 86400 }

    private func add(_ text: String, _ kind: CInt, to name: OpaquePointer?) -> Bool {
        let octets = Array(text.utf8)
        return unsafe X509_NAME_add_entry_by_NID(
            name, kind, MBSTRING_UTF8, octets, CInt(octets.count), -1, 0) == 1
    }
}

// MARK: - Extensions

extension IssuedCertificate {
    private func extend(_ plan: Plan) -> Bool {
        let uses = plan.isAuthority ? "keyCertSign,cRLSign" : plan.key.uses
        // RFC 5280 §4.2.1: who issues what, what the key is for, and of whom it is.
        var extensions = [
            (NID_basic_constraints, "critical,CA:\(plan.isAuthority ? "TRUE" : "FALSE")"),
            (NID_key_usage, "critical,\(uses)"),
            (NID_subject_key_identifier, "hash"),
            (NID_authority_key_identifier, "keyid:always"),
        ]
        if !plan.isAuthority {
            extensions.append((NID_ext_key_usage, plan.isForClients ? "clientAuth" : "serverAuth"))
        }
        if !plan.alternativeNames.isEmpty {
            let names = plan.alternativeNames.map { (isAddress($0) ? "IP:" : "DNS:") + $0 }
            extensions.append((NID_subject_alt_name, names.joined(separator: ",")))
        }
        return extensions.allSatisfy(add) && (!plan.hasUnknownCriticalExtension || addUnknown())
    }

    /// The value is one of x509v3_config(5).
    private func add(_ kind: CInt, _ value: String) -> Bool {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, (issuer ?? self).x509, x509, nil, nil, 0)
        guard let item = unsafe X509V3_EXT_conf_nid(nil, &context, kind, value) else {
            return false
        }
        defer { unsafe X509_EXTENSION_free(item) }
        return unsafe X509_add_ext(x509, item, -1) == 1
    }

    /// RFC 5280 §4.2: a critical one that nobody knows, under the number of examples (RFC 5612).
    private func addUnknown() -> Bool {
        let kind = unsafe OBJ_txt2obj("1.3.6.1.4.1.32473.1", 1)
        defer { unsafe ASN1_OBJECT_free(kind) }
        let value = unsafe ASN1_OCTET_STRING_new()
        defer { unsafe ASN1_OCTET_STRING_free(value) }
        let null: [UInt8] = [5, 0]  // X.690 §8.8: NULL.
        guard unsafe ASN1_OCTET_STRING_set(value, null, 2) == 1,
            let item = unsafe X509_EXTENSION_create_by_OBJ(nil, kind, 1, value)
        else { return false }
        defer { unsafe X509_EXTENSION_free(item) }
        return unsafe X509_add_ext(x509, item, -1) == 1
    }
}

extension Key.Kind {
    /// RFC 5280 §4.2.1.3: with RSA also the key exchange of TLS 1.2 may use it.
    fileprivate var uses: String {
        self == .ellipticCurve ? "digitalSignature" : "digitalSignature,keyEncipherment"
    }
}
