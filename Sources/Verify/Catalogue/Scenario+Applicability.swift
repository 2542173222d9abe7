internal import Forge

extension Scenario {
    /// Why it has no meaning for such a server; nil where it has one.
    package func reasonToSkip(_ options: StageOptions) -> String? {
        if options.tls == .implicit, isAboutPlaintext { return "there is no STARTTLS" }
        if options.mechanisms.isEmpty, isAboutAuthentication { return "no AUTH is offered" }
        if script.certificate.needsThreeLabels, !options.hasThreeLabels {
            return "the host has no name of three labels"
        }
        return nil
    }

    /// The scenario that has to be run before this one can be judged: a client that uses AUTH
    /// where nobody offers it does so everywhere.
    package var control: String? {
        expectation == .sendsNoCredentials && group != .control ? Catalogue.authNotOffered : nil
    }

    private var isAboutPlaintext: Bool {
        group == .downgrade || group == .injection || id == Catalogue.authNotOffered
    }

    private var isAboutAuthentication: Bool {
        expectation == .sendsNoCredentials || script.isAboutAuthentication
    }
}

extension Script {
    /// Without AUTH it would not differ from another one.
    fileprivate var isAboutAuthentication: Bool {
        !acceptsCredentials || (offersAuthInPlaintext && twists.isEmpty && handshake == .sound)
            || twists.contains { $0.change.isAboutAuthentication }
    }
}

extension Twist.Change {
    fileprivate var isAboutAuthentication: Bool {
        if case .append(let text) = self { text.contains("AUTH") } else { false }
    }
}

extension StageOptions {
    fileprivate var hasThreeLabels: Bool {
        let labels = host.split(separator: ".")
        // RFC 3696 §2: what ends in a number is an address.
        return labels.count >= 3 && labels.last?.allSatisfy(\.isNumber) == false
    }
}
