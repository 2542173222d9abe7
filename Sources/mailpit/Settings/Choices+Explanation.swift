internal import Glibc
internal import POSIX
internal import TLS

extension Choices {
    /// A fault, with what its own text does not show: about the path in it where a relative one
    /// begins, and what does not let us get to it; that a service has no options at all.
    func explained(_ fault: String) -> String {
        // systemd.exec(5): the variable that each unit has.
        if fault.hasPrefix("TLS is required"), Environment["INVOCATION_ID"] != nil,
            given.values.allSatisfy({ $0 == nil })
        {
            return fault + "; no option is set: there is no mailpit.env, or nothing in it"
        }
        guard let path = paths.first(where: { contains(fault, "\($0):") }) else { return fault }
        var text = fault
        if path.utf8.first != UInt8(ascii: "/"), contains(fault, "(errno ") {
            text += "; the path is not absolute, and ~ and $HOME are not expanded in it"
        }
        if contains(fault, "(errno \(EACCES))") {
            text += "; it is kept out by \(FileAccess.obstacle(to: path))"
        }
        return text
    }

    /// The options whose path begins as if a shell had to make something of it.
    var pathsForAShell: [OptionValues.Value] {
        let names: [Option.Name] = [
            .maildir, .tlsCertificate, .tlsKey, .tlsClientCA, .tlsTicketKey, .tlsKeyLog, .authFile,
            .logFile,
        ]
        return names.compactMap { given[$0] }
            .filter { $0.text.hasPrefix("~") || $0.text.hasPrefix("$") }
    }

    /// All paths that a fault may be about, those in a directory before it.
    private var paths: [String] {
        var paths = [authFile, tls.clientCAFile, tls.ticketKeyFile, tls.keyLogFile, logFile]
        if case .files(let certificate, let key) = (try? Settings.certificate(self)) ?? nil {
            paths += [certificate, key]
        }
        if let maildir = try? Settings.maildir(self) {
            paths += ["new", "tmp", "cur"].map { "\(maildir)/\($0)" } + [maildir]
            var place = maildir
            while case let parent = FileAccess.parent(of: place), parent != place {
                place = parent
                paths.append(place)
            }
        }
        return paths.compactMap { $0.self }
    }

    private func contains(_ text: String, _ part: String) -> Bool {
        let octets = Array(text.utf8)
        return octets.indices.contains { octets[$0...].starts(with: part.utf8) }
    }
}
