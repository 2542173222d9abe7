internal import POSIX

extension Dialogue {
    /// Does to a reply what the twist says.
    func apply(_ twist: Twist, _ octets: inout [UInt8]) {
        switch twist.change {
        case .replace(let text): octets = expanded(text)
        case .append(let text): octets += expanded(text)
        case .lowerCase: lowerCase(&octets)
        case .offerSTARTTLS: offerSTARTTLS(&octets)
        case .silence: keepSilent()
        case .slow:
            flush()
            wire.pause(milliseconds: performance.options.pauses.slowMilliseconds)
        case .cut(let count):
            let rest = Array(octets.prefix(count))
            log(rest)
            output.pending += rest
            close(isOrderly: false)
        case .close:
            log(octets)
            output.pending += octets
            close()
        case .mute:
            flush()
            output.isMute = true
            log("* says nothing from now on")
        case .refuse: output.isRefusing = true
        }
    }

    private func expanded(_ text: String) -> [UInt8] {
        let options = performance.options
        let mechanism = options.mechanisms.contains("PLAIN") ? "PLAIN" : options.mechanisms.first
        let values = [
            ("{host}", options.host), ("{mechanisms}", options.mechanisms.joined(separator: " ")),
            ("{mechanism}", mechanism ?? ""), ("{exchange}", Login.forged(mechanism ?? "")),
        ]
        var text = text
        for (name, value) in values { text.replace(name, with: value) }
        return Array(text.utf8)
    }

    /// The first line holds the name of the server, which stays as it is.
    private func lowerCase(_ octets: inout [UInt8]) {
        guard let end = octets.firstIndex(of: 10) else { return }
        let rest = String(decoding: octets[end...], as: UTF8.self).lowercased()
        octets.replaceSubrange(end..., with: rest.utf8)
    }

    /// Behind the first line, whose code says that others follow.
    private func offerSTARTTLS(_ octets: inout [UInt8]) {
        guard let end = octets.firstIndex(of: 10), octets.starts(with: "250-".utf8) else { return }
        octets.insert(contentsOf: "250-STARTTLS\r\n".utf8, at: end + 1)
    }

    /// Whoever speaks now takes something else for the reply that has not come.
    private func keepSilent() {
        flush()
        if unheardLines > 0 { spokeInSilence() }
        let deadline = Deadline.after(milliseconds: performance.options.pauses.silenceMilliseconds)
        var input = [UInt8](repeating: 0, count: 4096)
        while case .octets(let count) = wire.read(into: &input, until: deadline) {
            spokeInSilence()
            earlyInput += input[..<count]
            if deadline.remainingMilliseconds == 0 { break }
        }
    }

    private func spokeInSilence() {
        performance.observe { $0.spokeInSilence = true }
        log("* the client did not wait for the reply")
    }

    /// Octets as text for a transcript, without their line end.
    static func printable(_ octets: [UInt8]) -> String {
        var text = ""
        for scalar in String(decoding: octets, as: UTF8.self).unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar == "\r": continue
            case .control, .format, .lineSeparator, .paragraphSeparator:
                text += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
