internal import POSIX
internal import TLS

/// What handshakes need: the certificate, which is checked before the client hears a word, and the
/// TLS context, which is dear: it is made while the client, which has our reply to STARTTLS, is busy
/// with its ClientHello, and not at all for one that does not get so far.
struct TLSAcceptor: ~Copyable {
    private enum Certificate {
        /// There is nothing to be said of it, and it is decoded with the context.
        case plain(PEMPair)
        case decoded(TLSCredentials)
    }

    private let configuration: TLSConfiguration
    private let certificate: Certificate
    private var context: TLSContext?

    /// Reads and checks certificate and key, or makes them; what only a context can check is checked
    /// too, if the operator has chosen anything of the kind.
    init(_ source: Settings.CertificateSource, _ configuration: TLSConfiguration) throws(TLSError) {
        self.configuration = configuration
        let pair = source.pair
        if let pair, pair.isPlain(for: configuration, at: Clock.now().seconds) {
            certificate = .plain(pair)
            context = nil
            return
        }
        let credentials = try source.credentials(readAs: pair, for: configuration)
        let mustTry = configuration.canBeRefused || credentials.mayBeTooWeak
        context = mustTry ? try TLSContext(configuration, credentials) : nil
        certificate = .decoded(credentials)
    }

    /// What to say of a certificate that is out of its time or nearly so, or nil; and whether no
    /// client can verify it, which costs nothing to know where there is nothing to be said.
    var certificateState: (warning: String?, cannotBeVerified: Bool) {
        guard case .decoded(let credentials) = certificate else { return (nil, false) }
        let now = Clock.now().seconds
        let warning = credentials.warning(at: now)
        let isOutOfTime = warning != nil && credentials.areOutOfTime(at: now)
        return (warning, credentials.wereMadeHere || isOutOfTime)
    }

    /// Prepares a connection over descriptors for the client's first octet. Where nothing had to be
    /// tried before, only a lack of memory can make this fail, and a key that is none on its curve.
    consuming func accept(on descriptors: (input: CInt, output: CInt)) throws(TLSError)
        -> TLSConnection
    {
        let context: TLSContext
        switch self.context.take() {
        case .some(let prepared): context = prepared
        case nil: context = try makeContext()
        }
        return try TLSConnection(
            accepting: context, input: descriptors.input, output: descriptors.output)
    }

    private func makeContext() throws(TLSError) -> TLSContext {
        switch certificate {
        case .plain(let pair):
            try TLSContext(configuration, TLSCredentials(pair, for: configuration))
        case .decoded(let credentials): try TLSContext(configuration, credentials)
        }
    }
}

extension Settings.CertificateSource {
    /// The files as they are now; nil if there are none or they cannot be read.
    fileprivate var pair: PEMPair? {
        guard case .files(let certificate, let key) = self else { return nil }
        return try? PEMPair(certificateFile: certificate, keyFile: key)
    }

    /// Reads and checks certificate and key, or makes them; for sessions of one configuration, if
    /// it is given, and from files as they have been read, if they have.
    func credentials(readAs pair: PEMPair? = nil, for configuration: TLSConfiguration? = nil)
        throws(TLSError) -> TLSCredentials
    {
        switch self {
        case .files(let certificate, let key):
            try TLSCredentials(
                certificateFile: certificate, keyFile: key, readAs: pair, for: configuration)
        case .selfSigned(let names): try TLSCredentials(selfSignedFor: names)
        }
    }
}
