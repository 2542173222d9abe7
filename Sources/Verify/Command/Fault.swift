internal import POSIX

/// What keeps the program from judging anything: one line, and what to end with.
struct Fault: Error, Equatable, CustomStringConvertible {
    let description: String
    let status: ExitStatus

    /// A fault in the command line, or in what it names.
    init(_ error: OptionError) {
        description = error.description
        status = .wrongOption
    }

    /// A lack of the machine, or of rights on it.
    init(machine description: String) {
        self.description = description
        status = .nothingJudged
    }

    /// Does what can fail in many ways, and makes a fault of any of them.
    static func catching<Value>(_ body: () throws -> Value) throws(Fault) -> Value {
        do {
            return try body()
        } catch let fault as Fault {
            throw fault
        } catch let error as OptionError {
            throw Fault(error)
        } catch let error as IsolationError {
            throw Fault(machine: "--as is not possible here: \(error)")
        } catch {
            throw Fault(machine: "\(error)")
        }
    }
}
