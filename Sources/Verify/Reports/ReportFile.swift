internal import Glibc
internal import POSIX

/// A report and where it goes; opened before the first run, as a run of minutes is not to end in a
/// file that cannot be written.
final class ReportFile {
    let form: ReportRequest.Form
    /// Why it is not whole.
    private(set) var fault: SystemError?
    private let path: String?
    private let file: Descriptor

    init(_ request: ReportRequest) throws(SystemError) {
        form = request.form
        path = request.file
        if let path {
            file = try Descriptor(
                opening: path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode: 0o666)
        } else {
            file = Descriptor(owning: try retrying("dup") { dup(STDOUT_FILENO) })
        }
        try file.closeOnExec()
    }

    /// The number that it is written to.
    var number: CInt { file.rawValue }

    /// Writes all of a text; once that has failed, nothing any more.
    func write(_ text: String) {
        if fault != nil || StandardStreams.write(text, to: number) { return }
        fault = .last("write", path: path ?? "standard output")
    }
}
