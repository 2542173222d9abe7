internal import COpenSSL
internal import Glibc
internal import Notation

extension TLSCredentials {
    /// What there is to know of each certificate, in the order of the file.
    package var facts: [CertificateFacts] {
        identities.map { identity in
            let certificate = identity.certificate
            return CertificateFacts(
                validity: certificate.validity, names: certificate.names, key: identity.key.name,
                isSelfSigned: certificate.isSelfSigned, chain: identity.chain.map { $0.validity },
                isChainInOrder: certificate.isFollowed(by: identity.chain))
        }
    }

    /// Of each certificate what is cheap to find out, in the order of the file.
    var validities: [CertificateValidity] { identities.map { $0.certificate.validity } }

    /// Whether each certificate is for this host name, or for this address in brackets, as clients
    /// look at it that know us by that name.
    package func areFor(_ hostname: String) -> Bool {
        identities.allSatisfy { $0.certificate.isFor(hostname) }
    }

    /// Whether they were made here, for this session alone.
    package var wereMadeHere: Bool { certificateFile == nil }

    /// Whether each is out of its time at one in seconds since 1970-01-01 00:00:00 UTC.
    package func areOutOfTime(at time: Int64) -> Bool {
        validities.allSatisfy { time < $0.notBefore || time > $0.notAfter }
    }

    /// Whether a certificate is not valid yet at a time, in seconds since 1970-01-01 00:00:00 UTC;
    /// those of authorities are not looked at.
    func begin(after time: Int64) -> Bool {
        identities.contains { $0.certificate.notBefore.map { $0 > time } ?? false }
    }

    /// The same for one that is not valid any more, or in its last second.
    func expire(by time: Int64) -> Bool {
        identities.contains { $0.certificate.notAfter.map { $0 <= time } ?? false }
    }
}

// MARK: - Asking OpenSSL

extension Certificate {
    var validity: CertificateValidity {
        CertificateValidity(
            subject: unsafe Self.subject(of: x509),
            notBefore: notBefore ?? 0, notAfter: notAfter ?? 0)
    }

    /// In seconds since 1970-01-01 00:00:00 UTC; nil where it cannot be told.
    fileprivate var notBefore: Int64? { unsafe Self.seconds(X509_get0_notBefore(x509)) }
    fileprivate var notAfter: Int64? { unsafe Self.seconds(X509_get0_notAfter(x509)) }

    fileprivate func isFollowed(by chain: [Certificate]) -> Bool {
        var issued = self
        for issuer in chain {
            guard unsafe X509_check_issued(issuer.x509, issued.x509) == X509_V_OK else {
                return false
            }
            issued = issuer
        }
        return true
    }

    fileprivate func isFor(_ hostname: String) -> Bool {
        // RFC 5321 §4.1.3: an address in place of a name.
        if hostname.hasPrefix("["), hostname.hasSuffix("]") {
            var address = hostname.dropFirst().dropLast()
            if address.lowercased().hasPrefix("ipv6:") { address = address.dropFirst(5) }
            return unsafe X509_check_ip_asc(x509, String(address), 0) == 1
        }
        // RFC 6125 §6.4.4: clients of today do not look for a name in the subject.
        let flags = CUnsignedInt(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
        return unsafe X509_check_host(x509, hostname, hostname.utf8.count, flags, nil) == 1
    }

    fileprivate var isSelfSigned: Bool {
        defer { ErrorQueue.clear() }
        return unsafe X509_self_signed(x509, 1) == 1
    }

    fileprivate var names: [String] {
        defer { ErrorQueue.clear() }
        guard let list = unsafe X509_get_ext_d2i(x509, NID_subject_alt_name, nil, nil) else {
            return []
        }
        let names = OpaquePointer(list)
        defer { unsafe copenssl_names_free(names) }
        return (0..<(unsafe copenssl_names_count(names))).compactMap { index -> String? in
            var kind: CInt = 0
            let value = unsafe GENERAL_NAME_get0_value(copenssl_name_at(names, index), &kind)
            guard kind == GEN_DNS || kind == GEN_IPADD, let value = unsafe value else { return nil }
            let string = unsafe value.assumingMemoryBound(to: ASN1_STRING.self)
            let count = Int(unsafe ASN1_STRING_length(string))
            let octets = unsafe Array(
                UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: count))
            return kind == GEN_DNS ? String(decoding: octets, as: UTF8.self) : Self.address(octets)
        }
    }

    /// An address of four or sixteen octets as one writes it.
    private static func address(_ octets: [UInt8]) -> String? {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = octets.count == 4 ? AF_INET : AF_INET6
        guard unsafe inet_ntop(family, octets, &text, socklen_t(text.count)) != nil else {
            return nil
        }
        return String(writtenByC: text)
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        // timegm(3), as X509_cmp_time(3), would read the time zone.
        return unsafe UTCTime.secondsSince1970(
            year: Int64(parts.tm_year) + 1900, month: Int64(parts.tm_mon) + 1,
            day: Int64(parts.tm_mday),
            secondOfDay: Int64(parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec))
    }
}

extension PrivateKey {
    /// The algorithm, and how large or on what curve.
    fileprivate var name: String {
        defer { ErrorQueue.clear() }
        let bits = unsafe EVP_PKEY_get_bits(pkey)
        switch kind {
        case EVP_PKEY_RSA: return "RSA \(bits)"
        case EVP_PKEY_RSA_PSS: return "RSA-PSS \(bits)"
        case EVP_PKEY_EC: return "ECDSA \(curve ?? "\(bits)")"
        default:
            return unsafe EVP_PKEY_get0_type_name(pkey).map { unsafe String(cString: $0) }
                ?? "unknown"
        }
    }

    /// The curve as NIST calls it, or else OpenSSL.
    private var curve: String? {
        var octets = [CChar](repeating: 0, count: 80)
        guard unsafe EVP_PKEY_get_group_name(pkey, &octets, octets.count, nil) == 1 else {
            return nil
        }
        let identifier = unsafe OBJ_sn2nid(octets)
        return unsafe (EC_curve_nid2nist(identifier) ?? OBJ_nid2sn(identifier))
            .map { unsafe String(cString: $0) }
    }
}
