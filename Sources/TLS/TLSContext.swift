internal import COpenSSL

/// What all handshakes with one configuration and one set of credentials share.
@safe public struct TLSContext: ~Copyable {
    let context: OpaquePointer
    let ticketKeys: TicketKeys?
    let keyLog: KeyLog?

    /// Makes it; throws what OpenSSL does not like about the operator's choices.
    package init(
        _ configuration: TLSConfiguration, _ credentials: borrowing TLSCredentials
    ) throws(TLSError) {
        let ticketKeys = try configuration.ticketKeyFile.map { path throws(TLSError) in
            try TicketKeys(file: path)
        }
        let keyLog = try configuration.keyLogFile.map { path throws(TLSError) in
            try KeyLog(file: path)
        }
        let lean = unsafe Self.leanContext(configuration, credentials)
        let context =
            if let lean = unsafe lean { unsafe lean } else {
                unsafe try Self.context(in: nil, configuration, credentials)
            }
        unsafe SSL_CTX_set_client_hello_cb(context, noteClientHello, nil)
        if keyLog != nil { unsafe SSL_CTX_set_keylog_callback(context, noteSecret) }
        unsafe self.context = context
        self.ticketKeys = ticketKeys
        self.keyLog = keyLog
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    /// One that costs little, if configuration and credentials are usual; nil also where it cannot
    /// be made.
    private static func leanContext(
        _ configuration: TLSConfiguration, _ credentials: borrowing TLSCredentials
    ) -> OpaquePointer? {
        guard configuration.isUsual, credentials.areLean,
            let library = unsafe LeanLibrary.context
        else { return nil }
        // Where OpenSSL looks into its own context all the same, it is for names, which are in each
        // once it was used: 0.4 million instructions.
        let usual = unsafe OSSL_LIB_CTX_set0_default(library)
        defer { unsafe OSSL_LIB_CTX_set0_default(usual) }
        return unsafe try? context(in: library, configuration, credentials)
    }

    /// One in a library context, nil for OpenSSL's own.
    private static func context(
        in library: OpaquePointer?, _ configuration: TLSConfiguration,
        _ credentials: borrowing TLSCredentials
    ) throws(TLSError) -> OpaquePointer {
        guard OpenSSL.isReady else { throw .drained("starting OpenSSL") }
        ErrorQueue.clear()
        guard let context = unsafe SSL_CTX_new_ex(library, nil, TLS_server_method()) else {
            throw .drained("making a TLS context")
        }
        do throws(TLSError) {
            unsafe harden(context)
            unsafe try apply(configuration, to: context)
            unsafe try apply(credentials, to: context)
            let authorities = unsafe try authenticateClients(context, configuration)
            if configuration.ticketKeyFile != nil {
                unsafe try resumeSessions(context, configuration, authorities: authorities)
            }
        } catch {
            unsafe SSL_CTX_free(context)
            throw error
        }
        return unsafe context
    }
}

// MARK: - What nobody chooses

extension TLSContext {
    /// As many octets as one read from the descriptor may take in: several full records.
    private static let readAheadOctets = 64 << 10

    private static func harden(_ context: OpaquePointer) {
        unsafe SSL_CTX_set_options(context, copenssl_server_options())
        // The process ends with the session: without tickets there is nothing to resume from.
        unsafe copenssl_set_session_cache_off(context)
        unsafe SSL_CTX_set_num_tickets(context, 0)
        unsafe copenssl_set_read_ahead(context, readAheadOctets)
        unsafe copenssl_set_mode(
            context,
            CLong(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        unsafe copenssl_set_dh_auto(context)
    }
}

// MARK: - What the operator chooses

extension TLSContext {
    private static func apply(
        _ configuration: TLSConfiguration, to context: OpaquePointer
    ) throws(TLSError) {
        if configuration.servesOldClients { unsafe SSL_CTX_set_security_level(context, 0) }
        let minimum = CInt(configuration.minimumVersion.wireValue)
        let maximum = CInt(configuration.maximumVersion.wireValue)
        guard unsafe copenssl_set_versions(context, minimum, maximum) == 1 else {
            throw .drained("setting the TLS versions")
        }
        let ciphers =
            configuration.ciphers
            ?? (configuration.servesOldClients
                ? TLSConfiguration.oldCiphers : TLSConfiguration.intermediateCiphers)
        guard unsafe SSL_CTX_set_cipher_list(context, ciphers) == 1 else {
            throw refused("ciphers", ciphers)
        }
        let groups = configuration.groups ?? TLSConfiguration.defaultGroups
        guard unsafe copenssl_set_groups(context, groups) == 1 else {
            throw refused("groups", groups)
        }
        unsafe try apply(ciphersuites: configuration.ciphersuites, to: context)
    }

    private static func apply(
        ciphersuites list: String?, to context: OpaquePointer
    ) throws(TLSError) {
        let suites = list ?? TLSConfiguration.intermediateCiphersuites
        guard unsafe SSL_CTX_set_ciphersuites(context, suites) == 1 else {
            throw refused("cipher suites", suites)
        }
        guard let list else { return }
        if list.isEmpty {
            throw TLSError("setting the TLS cipher suites \"\"", reason: "the list is empty")
        }
        // OpenSSL passes over names that it does not know.
        let known = unsafe suiteNames(of: context)
        for name in list.split(separator: ":") where !known.contains(String(name)) {
            throw TLSError(
                "setting the TLS cipher suites \"\(list)\"", reason: "\(name) is not known")
        }
    }

    /// The names of all suites that the context would agree to.
    private static func suiteNames(of context: OpaquePointer) -> [String] {
        let ciphers = unsafe SSL_CTX_get_ciphers(context)
        let count = unsafe copenssl_ciphers_count(ciphers)
        return (0..<count).compactMap { index in
            unsafe SSL_CIPHER_standard_name(copenssl_cipher_at(ciphers, index))
                .map { unsafe String(cString: $0) }
        }
    }

    private static func refused(_ what: String, _ list: String) -> TLSError {
        .drained("setting the TLS \(what) \"\(list)\"")
    }

    private static func apply(
        _ credentials: borrowing TLSCredentials, to context: OpaquePointer
    ) throws(TLSError) {
        for identity in credentials.identities {
            // Also an empty chain counts: without any, OpenSSL makes one up from the client's CAs.
            let chain = unsafe copenssl_chain_new()
            defer { unsafe copenssl_chain_free(chain) }
            for certificate in identity.chain {
                unsafe copenssl_chain_push(chain, certificate.x509)
            }
            // Zero: a second certificate for the same kind of key is an error.
            let result = unsafe SSL_CTX_use_cert_and_key(
                context, identity.certificate.x509, identity.key.pkey, chain, 0)
            guard result == 1 else {
                throw .drained("using the certificate", path: credentials.certificateFile)
            }
        }
    }
}
