internal import Notation

/// The name of a user as it is looked up. RFC 4616 §2 and RFC 5802 §5.1 have it prepared.
struct Identity: Equatable, Sendable {
    /// As the client sent it, for the log.
    let text: String
    /// As it is compared.
    let prepared: String
    /// It needed to be prepared and could not, as there is no libidn.
    let isUnprepared: Bool

    init(_ octets: some Collection<UInt8>) throws(Failure) {
        try octets.checkAsCredential("user name")
        guard let text = String(validating: octets, as: UTF8.self) else {
            throw Failure("user name that is no UTF-8")
        }
        do throws(SASLprep.Fault) {
            prepared = try SASLprep.prepared(Secret(octets))?.text ?? text
            isUnprepared = false
        } catch {
            if case .prohibited(let what) = error {
                throw Failure("user name with \(what)", user: text)
            }
            prepared = text
            isUnprepared = true
        }
        self.text = text
    }
}

extension Collection<UInt8> {
    /// Names and passwords alike: not empty, not endless, UTF-8, and nothing that ends a string or
    /// a line.
    func checkAsCredential(_ what: String) throws(Failure) {
        if isEmpty { throw Failure("empty \(what)") }
        if count > LibCrypt.maximumPasswordOctets { throw Failure("\(what) too long") }
        if contains(where: { $0 == 0 || $0 == .lineFeed || $0 == .carriageReturn }) {
            throw Failure("\(what) with NUL or a line end")
        }
        guard String(validating: self, as: UTF8.self) != nil else {
            throw Failure("\(what) that is no UTF-8")
        }
    }
}
