internal import Notation
internal import SMTP

// `NAME[=REGEX]:CODE[ TEXT]|delay=SECONDS|close|reset:PERCENT|firstN|afterN`, one or several with
// commas between them.

extension ChaosTrigger {
    /// The triggers of a list, in its order; throws what is wrong with the first that is none.
    static func list(_ value: OptionValues.Value) throws(ConfigurationError) -> [ChaosTrigger] {
        var triggers: [ChaosTrigger] = []
        for text in elements(value.text) {
            do throws(Fault) {
                triggers.append(try ChaosTrigger(text))
            } catch {
                throw ConfigurationError("\(value.source): \"\(text)\" \(error.reason)")
            }
        }
        return triggers
    }

    /// What is wrong, as the end of a sentence about the trigger.
    private struct Fault: Error {
        let reason: String
    }

    /// The list cut at its commas, but for those within a pattern: that goes on until it is
    /// followed by what ends a trigger.
    private static func elements(_ list: String) -> [String] {
        if list.isEmpty { return [] }
        var elements: [String] = []
        var open: String?
        for piece in list.split(separator: ",", omittingEmptySubsequences: false) {
            let text = open.map { "\($0),\(piece)" } ?? String(piece)
            let isWhole = !text.drop { $0 == " " || $0.isLetter }.hasPrefix("=") || isWhole(text)
            open = isWhole ? nil : text
            if isWhole { elements.append(trimmed(text[...])) }
        }
        return elements + (open.map { [trimmed($0[...])] } ?? [])
    }

    private static func isWhole(_ text: String) -> Bool {
        guard let (_, effect, chance) = parts(trimmed(text[...])) else { return false }
        return Effect(effect) != nil && Chance(chance) != nil
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// What stands before the last two colons, between them and behind them.
    private static func parts(_ text: String) -> (Substring, Substring, Substring)? {
        guard let last = text.lastIndex(of: ":"),
            let first = text[..<last].lastIndex(of: ":")
        else { return nil }
        return (
            text[..<first], text[text.index(after: first)..<last], text[text.index(after: last)...]
        )
    }

    private init(_ text: String) throws(Fault) {
        // It becomes a line of the counter's file.
        guard text.utf8.allSatisfy({ !$0.isControl }) else {
            throw Fault(reason: "has a control character")
        }
        guard let (head, effectText, chanceText) = Self.parts(text) else {
            throw Fault(reason: "is not NAME:CODE:PERCENT")
        }
        let name = head.prefix { $0 != "=" }
        guard let point = ChaosPoint(named: name) else {
            throw Fault(
                reason: "does not begin with Connection, Hello, Strip, StartTLS, Handshake,"
                    + " Authentication, Sender, Recipient, Begin, Data or Stored")
        }
        guard let effect = Effect(effectText), effect.isPossible(at: point) else {
            let codes = Effect.codes(at: point)
            throw Fault(
                reason: "has neither a code from \(codes.lowerBound) to \(codes.upperBound) nor"
                    + " delay=SECONDS, close or reset in its middle")
        }
        try Self.check(effect, at: point)
        guard let chance = Chance(chanceText) else {
            throw Fault(
                reason: "ends neither in a percentage from 0 to 100 nor in firstN or afterN")
        }
        if head != name, !point.hasAddresses {
            throw Fault(
                reason: "has a pattern, but only Sender, Recipient, Data and Stored have addresses")
        }
        self.init(
            text: text, point: point,
            pattern: head == name ? nil : String(head.dropFirst(name.count + 1)),
            effect: effect, chance: chance)
    }

    /// Whether the text of a failure, if it has one, can be sent.
    private static func check(_ effect: Effect, at point: ChaosPoint) throws(Fault) {
        guard case .failure(.code(_, let text?)) = effect else { return }
        if point == .handshake { throw Fault(reason: "has a text, but a TLS alert has none") }
        let maximum = Reply.maximumChaosTextOctets
        guard (1...maximum).contains(text.utf8.count), text.utf8.allSatisfy({ $0.isPrintable })
        else {
            throw Fault(
                reason: "has a text that is not of 1 to \(maximum) printable ASCII characters")
        }
    }
}

extension ChaosPoint {
    fileprivate var hasAddresses: Bool {
        switch self {
        case .sender, .recipient, .data, .stored: true
        default: false
        }
    }

    /// In letters of either case; Mailpit knows two by a second name.
    fileprivate init?(named name: Substring) {
        switch name.lowercased() {
        case "recipients": self = .recipient
        case "auth": self = .authentication
        case let name: self.init(rawValue: name)
        }
    }
}

extension ChaosTrigger.Effect {
    fileprivate init?(_ text: Substring) {
        if text == "close" {
            self = .failure(.close)
        } else if text == "reset" {
            self = .failure(.reset)
        } else if text.hasPrefix("delay=") {
            guard let seconds = Int(decimal: text.dropFirst(6), in: 0...86_400) else { return nil }
            self = .delay(seconds: Int64(seconds))
        } else {
            let digits = text.prefix { $0 != " " }
            // A comma ends a trigger: behind a pattern, where it does not, the text must not do so
            // either.
            guard let code = Int(decimal: digits, in: 0...599), !text.contains(",") else {
                return nil
            }
            let rest = text[digits.endIndex...].dropFirst()
            self = .failure(.code(code, text: digits == text ? nil : String(rest)))
        }
    }

    /// RFC 5321 §4.2.1: a failure has a code from 400. RFC 8446 §6: an alert is one octet.
    fileprivate static func codes(at point: ChaosPoint) -> ClosedRange<Int> {
        point == .handshake ? 0...255 : 400...599
    }

    fileprivate func isPossible(at point: ChaosPoint) -> Bool {
        if case .failure(.code(let code, _)) = self {
            Self.codes(at: point).contains(code)
        } else {
            true
        }
    }
}

extension ChaosTrigger.Chance {
    fileprivate init?(_ text: Substring) {
        if text.hasPrefix("first") || text.hasPrefix("after") {
            guard let sessions = Int(decimal: text.dropFirst(5), in: 1...1_000_000) else {
                return nil
            }
            self = text.hasPrefix("first") ? .firstSessions(sessions) : .laterSessions(sessions)
        } else {
            guard let percent = Int(decimal: text, in: 0...100) else { return nil }
            self = .percent(percent)
        }
    }
}

extension Int {
    /// A decimal number, if it is in the range.
    fileprivate init?(decimal text: Substring, in range: ClosedRange<Int>) {
        guard let number = Int(decimal: text.utf8), range.contains(number) else { return nil }
        self = number
    }
}
