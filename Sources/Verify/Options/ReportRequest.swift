/// A report that was asked for.
package struct ReportRequest: Equatable, Sendable {
    package enum Form: String, CaseIterable, Sendable {
        case text, json, junit, tap
    }

    package let form: Form
    /// Nil for standard output.
    package let file: String?

    package init(_ form: Form, file: String? = nil) {
        self.form = form
        self.file = file
    }

    /// Reads `FORM` or `FORM=FILE`.
    init(_ text: String) throws(OptionError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let form = Form(rawValue: String(parts[0])) else {
            throw OptionError("--report knows no \(parts[0]): text, json, junit or tap")
        }
        if parts.count > 1, parts[1].isEmpty { throw OptionError("--report \(text): no file") }
        self.init(form, file: parts.count > 1 ? String(parts[1]) : nil)
    }
}
