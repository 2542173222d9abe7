internal import Notation
internal import POSIX

/// An auth file that cannot be used: for the operator, and without any part of its text.
package struct CredentialError: Error, Equatable, Sendable, CustomStringConvertible {
    /// As in `/etc/mailpit/users line 3: malformed bcrypt hash`.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension CredentialStore {
    /// Longer than any htpasswd file that each session could be made to read.
    private static let maximumOctets = 16 << 20

    /// Reads a file of lines `user:hash` or `user:password`; blank ones and those that begin with `#` do not count.
    package init(contentsOfFile path: String) throws(CredentialError) {
        var contents: [UInt8]
        do throws(SystemError) {
            contents = try Descriptor.contents(ofFile: path, maximumOctets: Self.maximumOctets)
        } catch {
            throw CredentialError("auth file: \(error)")
        }
        defer { wipe(&contents) }
        if contents.count > Self.maximumOctets {
            throw CredentialError("auth file \(path) is longer than 16 MiB")
        }
        var entries = Entries()
        let lines = contents.split(separator: .lineFeed, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = line.trimmingBlanks
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            try entries.add(line, at: "\(path) line \(index + 1)")
        }
        try self.init(entries, contents, source: "auth file \(path)")
    }

    /// Reads the same with blanks between the entries; `source` is what errors call them.
    package init(inline text: String, source: String) throws(CredentialError) {
        var entries = Entries()
        var octets = Array(text.utf8)
        defer { wipe(&octets) }
        let words = octets.split { $0.isBlankOrCarriageReturn || $0 == .lineFeed }
        for (index, word) in words.enumerated() {
            try entries.add(word, at: "\(source) entry \(index + 1)")
        }
        try self.init(entries, octets, source: source)
    }

    private init(_ entries: Entries, _ text: [UInt8], source: String) throws(CredentialError) {
        if entries.all.isEmpty { throw CredentialError("\(source) has no users") }
        self.init(entries.all, secret: SHA256.digest(text))
    }
}

/// What was read so far.
private struct Entries {
    private(set) var all: [(user: String, hash: PasswordHash)] = []
    private var places: [String: String] = [:]

    mutating func add(_ text: ArraySlice<UInt8>, at place: String) throws(CredentialError) {
        guard let colon = text.firstIndex(of: .colon) else {
            throw CredentialError("\(place): no colon behind the user")
        }
        let user: Identity
        do throws(Failure) {
            user = try Identity(text[..<colon])
        } catch {
            throw CredentialError("\(place): \(error.reason)")
        }
        if let first = places.updateValue(place, forKey: user.prepared) {
            throw CredentialError("\(place): the user of \(first) again")
        }
        do throws(PasswordHash.Malformed) {
            all.append((user.prepared, try PasswordHash(entry: text[(colon + 1)...])))
        } catch {
            throw CredentialError("\(place): \(error.reason)")
        }
    }
}

extension UInt8 {
    /// A line may also end in CR LF.
    fileprivate var isBlankOrCarriageReturn: Bool { isBlank || self == .carriageReturn }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmingBlanks: ArraySlice<UInt8> {
        var text = drop { $0.isBlankOrCarriageReturn }
        while let last = text.last, last.isBlankOrCarriageReturn { text.removeLast() }
        return text
    }
}
