internal import POSIX
internal import TLS

/// What handshakes need: the certificate, which is checked before the client hears a word, and the
/// TLS context, which is dear: it is made while the client, which has our reply to STARTTLS, is busy
/// with its ClientHello, and not at all for one that does not get so far.
struct TLSAcceptor: ~Copyable {
    private let configuration: TLSConfiguration
    private let credentials: TLSCredentials
    private var context: TLSContext?

    /// Reads and checks certificate and key, or makes them; what only a context can check is checked
    /// too, if the operator has chosen anything of the kind.
    init(_ source: Settings.CertificateSource, _ configuration: TLSConfiguration) throws(TLSError) {
        let credentials = try source.credentials(for: configuration)
        let mustTry = configuration.canBeRefused || credentials.mayBeTooWeak
        context = mustTry ? try TLSContext(configuration, credentials) : nil
        self.configuration = configuration
        self.credentials = credentials
    }

    /// What to say of a certificate that is out of its time or nearly so, or nil; and whether no
    /// client can verify it, which costs nothing to know where there is nothing to be said.
    var certificateState: (warning: String?, cannotBeVerified: Bool) {
        let now = Clock.now().seconds
        let warning = credentials.warning(at: now)
        let isOutOfTime = warning != nil && credentials.areOutOfTime(at: now)
        return (warning, credentials.wereMadeHere || isOutOfTime)
    }

    /// Prepares a connection over descriptors for the client's first octet. Where nothing had to be
    /// tried before, only a lack of memory can make this fail.
    consuming func accept(on descriptors: (input: CInt, output: CInt)) throws(TLSError)
        -> TLSConnection
    {
        let context: TLSContext
        switch self.context.take() {
        case .some(let prepared): context = prepared
        case nil: context = try TLSContext(configuration, credentials)
        }
        return try TLSConnection(
            accepting: context, input: descriptors.input, output: descriptors.output)
    }
}

extension Settings.CertificateSource {
    /// Reads and checks certificate and key, or makes them; for sessions of one configuration, if
    /// it is given.
    func credentials(for configuration: TLSConfiguration? = nil) throws(TLSError)
        -> TLSCredentials
    {
        switch self {
        case .files(let certificate, let key):
            try TLSCredentials(certificateFile: certificate, keyFile: key, for: configuration)
        case .selfSigned(let names): try TLSCredentials(selfSignedFor: names)
        }
    }
}
