internal import FoundationEssentials
internal import Glibc

/// The name that a client without isolation knows the server by.
enum HostName {
    /// Ours: no client treats it in a way of its own, as many do with localhost.
    static let usual = "mx.mailpit.test"

    /// Ours if hosts(5) has it; nobody else is asked for it.
    static func isUsualKnown(hosts: String) -> Bool {
        hosts.split(separator: "\n").contains { line in
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            return words.dropFirst().contains { $0.lowercased() == usual }
                && (words[0].hasPrefix("127.") || words[0] == "::1")
        }
    }

    static var isUsualKnown: Bool {
        (try? String(contentsOfFile: "/etc/hosts", encoding: .utf8)).map(isUsualKnown) ?? false
    }

    /// Whether every address of a name is loopback's, and there is one.
    static func isLoopback(_ name: String) -> Bool {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0, let first = unsafe list else {
            return false
        }
        defer { unsafe freeaddrinfo(first) }
        var next = unsafe Optional(first)
        while let entry = unsafe next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = unsafe getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil,
                0, NI_NUMERICHOST)
            let octets = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
            let address = String(decoding: octets, as: UTF8.self)
            guard status == 0, address.hasPrefix("127.") || address == "::1" else { return false }
            unsafe next = entry.pointee.ai_next
        }
        return true
    }

    static func advice(_ name: String) -> String {
        "add \"127.0.0.1 \(name)\" and \"::1 \(name)\" to /etc/hosts, or use --as"
    }
}
