/// A value of JSON (RFC 8259), written in the order in which it was put together.
indirect enum JSON {
    case null
    case number(String)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    static func integer(_ number: Int) -> JSON { .number("\(number)") }
    static func strings(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
    static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

    /// With members and elements on lines of their own, but for arrays and objects of nothing.
    func text(indent: String = "") -> String {
        let deeper = indent + "  "
        switch self {
        case .null: return "null"
        case .number(let digits): return digits
        case .string(let text): return Self.quoted(text)
        case .array(let elements):
            return Self.block("[", elements.map { deeper + $0.text(indent: deeper) }, indent + "]")
        case .object(let members):
            let lines = members.map { name, value in
                "\(deeper)\(Self.quoted(name)): \(value.text(indent: deeper))"
            }
            return Self.block("{", lines, indent + "}")
        }
    }

    private static func block(_ opening: String, _ lines: [String], _ closing: String) -> String {
        if lines.isEmpty { return opening + String(closing.suffix(1)) }
        return opening + "\n" + lines.joined(separator: ",\n") + "\n" + closing
    }

    /// RFC 8259 §7; also a double-quoted scalar of YAML, whose escapes are a superset.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
