// What there is to know of the files that the configuration names.

extension TLSConfiguration {
    /// The authorities that client certificates are verified against; nil where no file is named.
    package func clientAuthorities() throws(TLSError) -> [CertificateValidity]? {
        guard OpenSSL.isReady else { throw .drained("starting OpenSSL") }
        let reading = TLSContext.readingAuthorities
        return try clientCAFile.map { path throws(TLSError) in
            try Certificate.all(in: PEMFile(path, reading), reading).map(\.validity)
        }
    }

    /// How many keys for session tickets there are; nil where no file is named.
    package func ticketKeyCount() throws(TLSError) -> Int? {
        try ticketKeyFile.map { path throws(TLSError) in try TicketKeys(file: path).keys.count }
    }
}
