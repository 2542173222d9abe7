internal import Notation

// What the client says in SCRAM. RFC 5802 §7 has the grammar; methods bear the names of productions.

/// The client's first message.
struct SCRAMClientFirst: Equatable, Sendable {
    /// gs2-cbind-flag: what the client thinks of channel bindings.
    enum BindingFlag: Equatable, Sendable {
        /// It cannot do it.
        case unsupported
        /// It can, and thinks that we cannot.
        case notOffered
        /// It uses this one.
        case used(name: [UInt8])
    }

    let flag: BindingFlag
    /// saslname, decoded: whom the client wants to act as.
    let authorizationIdentity: [UInt8]?
    /// gs2-header as it came, which the channel binding of the final message repeats.
    let header: [UInt8]
    /// client-first-message-bare as it came, which is part of what is signed.
    let bare: [UInt8]
    /// saslname, decoded.
    let user: [UInt8]
    let nonce: [UInt8]

    init(_ message: [UInt8]) throws(Failure) {
        var cursor = SCRAMCursor(message)
        flag = try Self.bindingFlag(&cursor)
        authorizationIdentity =
            try cursor.take(attribute: "a").map { value throws(Failure) in
                try Self.saslname(value)
            }
        if authorizationIdentity == nil { try cursor.takeEmptyField() }
        header = cursor.taken
        bare = cursor.rest
        if cursor.next == UInt8(ascii: "m") {
            // RFC 5802 §5.1: whoever does not know such an extension must not go on.
            throw Failure("unknown mandatory extension of SCRAM")
        }
        user = try Self.saslname(try cursor.take(required: "n"))
        nonce = try cursor.take(required: "r")
        guard !nonce.isEmpty, nonce.allSatisfy({ $0.isVisible }) else {
            throw .malformedSCRAM
        }
        while !cursor.isAtEnd { _ = try cursor.takeExtension() }
    }

    private static func bindingFlag(_ cursor: inout SCRAMCursor) throws(Failure) -> BindingFlag {
        if let name = try cursor.take(attribute: "p") {
            // RFC 5056 §7: the names of channel bindings.
            let isName = name.allSatisfy { octet in
                octet.isLetterOrDigit || octet == .dot || octet == .hyphen
            }
            guard isName, !name.isEmpty else { throw .malformedSCRAM }
            return .used(name: name)
        }
        switch try cursor.takeField() {
        case [UInt8(ascii: "n")]: return .unsupported
        case [UInt8(ascii: "y")]: return .notOffered
        default: throw .malformedSCRAM
        }
    }

    /// A name in which `=2C` stands for a comma and `=3D` for an equals sign.
    static func saslname(_ text: [UInt8]) throws(Failure) -> [UInt8] {
        var name: [UInt8] = []
        var rest = text[...]
        while let octet = rest.popFirst() {
            guard octet == .equals else {
                name.append(octet)
                continue
            }
            switch Array(rest.prefix(2)) {
            case Array("2C".utf8): name.append(.comma)
            case Array("3D".utf8): name.append(.equals)
            default: throw .malformedSCRAM
            }
            rest.removeFirst(2)
        }
        return name
    }
}

/// The client's final message.
struct SCRAMClientFinal: Equatable, Sendable {
    /// cbind-input, decoded.
    let channelBinding: [UInt8]
    let nonce: [UInt8]
    /// client-final-message-without-proof as it came, which is part of what is signed.
    let withoutProof: [UInt8]
    /// 32 octets.
    let proof: [UInt8]

    init(_ message: [UInt8]) throws(Failure) {
        var cursor = SCRAMCursor(message)
        guard let channelBinding = Base64.decode(try cursor.take(required: "c")) else {
            throw .malformedSCRAM
        }
        self.channelBinding = channelBinding
        nonce = try cursor.take(required: "r")
        while cursor.next != UInt8(ascii: "p") { _ = try cursor.takeExtension() }
        // Without the comma before the proof.
        withoutProof = Array(cursor.taken.dropLast())
        let text = try cursor.take(required: "p")
        guard cursor.isAtEnd, let proof = Base64.decode(text), proof.count == SHA256.octets else {
            throw .malformedSCRAM
        }
        self.proof = proof
    }
}

/// A cursor over fields that commas part, most of them attributes as in `r=nonce`.
struct SCRAMCursor {
    private let message: [UInt8]
    /// Where the next field begins: behind a comma, or beyond the end.
    private var position = 0

    init(_ message: [UInt8]) {
        self.message = message
    }

    /// No field is left. Behind a comma there is one, if only an empty one.
    var isAtEnd: Bool { position > message.count }
    var next: UInt8? { position < message.count ? message[position] : nil }
    var taken: [UInt8] { Array(message.prefix(position)) }
    var rest: [UInt8] { Array(message.dropFirst(position)) }

    /// Takes a field and the comma behind it.
    mutating func takeField() throws(Failure) -> [UInt8] {
        if isAtEnd { throw .malformedSCRAM }
        let field = message[position...].prefix { $0 != .comma }
        position = field.endIndex + 1
        return Array(field)
    }

    mutating func takeEmptyField() throws(Failure) {
        guard try takeField().isEmpty else { throw .malformedSCRAM }
    }

    /// Takes the value of an attribute if it is the next.
    mutating func take(attribute: Character) throws(Failure) -> [UInt8]? {
        guard message.dropFirst(position).starts(with: "\(attribute)=".utf8) else { return nil }
        return Array(try takeField().dropFirst(2))
    }

    mutating func take(required attribute: Character) throws(Failure) -> [UInt8] {
        guard let value = try take(attribute: attribute) else { throw .malformedSCRAM }
        return value
    }

    /// attr-val: a letter, and a value that is not empty.
    mutating func takeExtension() throws(Failure) -> [UInt8] {
        let field = try takeField()
        guard field.count >= 3, field[1] == .equals,
            field[0].isLetter, !field.contains(0)
        else { throw .malformedSCRAM }
        return field
    }
}

extension Failure {
    static var malformedSCRAM: Failure { Failure("malformed SCRAM message") }
}
