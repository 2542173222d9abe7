/// What is to be sent, and which reply comes next.
struct ReplyWriter {
    /// Octets that are to leave with the next write.
    var pending: [UInt8] = []
    /// The verb of the last command, in capitals; empty before the first one.
    private(set) var verb = ""
    /// The next reply is that to the end of a message.
    var isMessageEnd = false
    /// No reply leaves any more.
    var isMute = false
    /// Whatever comes is a line, and refused.
    var isRefusing = false
    private var isGreeting = true
    private var isFirstInTLS = false

    /// A command line, of which the lines that belong to AUTH show no verb.
    mutating func heard(_ line: [UInt8]) {
        let word = line.prefix { $0 != UInt8(ascii: " ") }
        if word.first == UInt8(ascii: "[") || word.elementsEqual("*".utf8) { return }
        verb = String(decoding: word, as: UTF8.self).uppercased()
    }

    mutating func enteredTLS() {
        isFirstInTLS = true
    }

    /// Whether something is to be done to the next reply.
    func isDue(_ twist: Twist, isInTLS: Bool) -> Bool {
        switch twist.point {
        case .greeting: isGreeting
        case .ehlo: verb == "EHLO" && !isGreeting
        case .startTLS: verb == "STARTTLS" && !isInTLS
        case .rcpt: verb == "RCPT"
        case .message: isMessageEnd
        case .firstInTLS: isFirstInTLS && isInTLS
        }
    }

    /// The next reply is on its way.
    mutating func replied() {
        isGreeting = false
        isFirstInTLS = false
        isMessageEnd = false
    }
}
