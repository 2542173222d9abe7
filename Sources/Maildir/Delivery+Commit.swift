internal import Glibc
internal import POSIX

/// A message that survives a crash.
package struct StoredMessage: Equatable, Sendable {
    /// The unique name, which is that of the delivery.
    package let name: String
    /// The name in `new/`: the unique name with both sizes.
    package let fileName: String
    /// The size of the file.
    package let octets: Int
}

extension Delivery {
    /// Makes the message durable in `new/`, in the order of maildir(5): the file is written and
    /// synced, then moved, and the directory is synced. If any of it fails nothing is left behind.
    package consuming func commit() throws(MaildirError) -> StoredMessage {
        try flush()
        try file.sync()
        let stored = try publish()
        try syncNew(with: stored.fileName)
        return stored
    }

    /// Moves the file to `new/`, where it replaces nothing. The name is in the message already, so
    /// where somebody has put a file of that name there, the message is not stored under another.
    private mutating func publish() throws(MaildirError) -> StoredMessage {
        let fileName = UniqueName.fileName(name, octets: octets, octetsWithCRLF: octetsWithCRLF)
        let code = file.move(to: fileName)
        guard code == 0 else {
            throw MaildirError(
                SystemError("rename", path: "\(folders.path)/new/\(fileName)", code: code))
        }
        return StoredMessage(name: name, fileName: fileName, octets: octets)
    }

    /// Makes the move durable. If that fails the file is taken back, since the client will hear
    /// that it was not stored and send it again.
    private func syncNew(with fileName: String) throws(MaildirError) {
        let new = folders.new.rawValue
        do throws(MaildirError) {
            try attempt("fsync", "\(folders.path)/new") { fsync(new) }
        } catch {
            if unsafe unlinkat(new, fileName, 0) == 0 { throw error }
            let removal = SystemError.last("unlink", path: "\(folders.path)/new/\(fileName)")
            throw error.leaving("the message stays there, as \(removal)")
        }
    }
}
