/// The failures that the user expects: a file of lines `scenario reason`, in which blank lines and
/// lines that begin with `#` do not count.
///
/// A scenario in it that passes is a failure, so that the list can only shrink.
package struct KnownFailures: Equatable, Sendable {
    private let reasons: [String: String]

    package init() {
        reasons = [:]
    }

    /// What is wrong with a line.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        /// As an editor counts them.
        package let line: Int
        package let description: String
    }

    package init(_ text: String) throws(Fault) {
        var reasons: [String: String] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
            guard let id = words.first.map(String.init), !id.hasPrefix("#") else { continue }
            func fault(_ text: String) -> Fault { Fault(line: index + 1, description: text) }
            guard Catalogue.scenario(id) != nil else { throw fault("no scenario is called \(id)") }
            let reason = words.dropFirst().first.map(String.init)?.trimmed ?? ""
            if reason.isEmpty { throw fault("\(id) has no reason") }
            if reasons[id] != nil { throw fault("\(id) is there twice") }
            reasons[id] = reason
        }
        self.reasons = reasons
    }

    /// The judgement with regard to what is known of the scenario.
    package func applied(to judgement: Judgement, of id: String) -> Judgement {
        guard let reason = reasons[id] else { return judgement }
        var judgement = judgement
        switch judgement.verdict {
        case .fail:
            judgement.verdict = .known
            judgement.reasons.insert(reason, at: 0)
        case .pass:
            judgement.verdict = .fail
            judgement.reasons = ["passed, and is known to fail: \(reason)"]
        case .warn, .note, .known, .error, .skip: break
        }
        return judgement
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
