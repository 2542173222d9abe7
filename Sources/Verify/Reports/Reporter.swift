internal import POSIX

/// All reports of a run, and the line on a terminal that says how far it has come.
final class Reporter {
    private let files: [ReportFile]
    private let isVerbose: Bool
    private var progress: ProgressLine

    /// The text goes to standard output unless another report does.
    init(_ requests: [ReportRequest], isVerbose: Bool, total: Int) throws(SystemError) {
        let usual = requests.contains { $0.file == nil } ? [] : [ReportRequest(.text)]
        var files: [ReportFile] = []
        for request in usual + requests { files.append(try ReportFile(request)) }
        self.files = files
        self.isVerbose = isVerbose
        progress = ProgressLine(total: total)
    }

    /// Why a report is not whole, if one is not.
    var fault: SystemError? { files.lazy.compactMap(\.fault).first }

    /// Says that a scenario is being run.
    func began(_ scenario: Scenario) { progress.show(scenario.id) }

    /// Reports for people tell at once.
    func add(_ outcome: Outcome) {
        progress.clear()
        for file in files where file.form == .text { file.write(textReport(file).text(outcome)) }
        progress.advance()
    }

    /// Ends all reports.
    func finish(_ results: Results) {
        progress.clear()
        for file in files {
            switch file.form {
            case .text: file.write(textReport(file).summary(results))
            case .json: file.write(JSONReport.text(results))
            case .junit: file.write(JUnitReport.text(results))
            case .tap: file.write(TAPReport.text(results))
            }
        }
    }

    private func textReport(_ file: ReportFile) -> TextReport {
        TextReport(isColoured: Terminal.showsColours(file.number), isVerbose: isVerbose)
    }
}
