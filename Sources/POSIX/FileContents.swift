internal import Glibc
internal import Notation

extension Descriptor {
    /// The octets of an open file from its beginning, at most `maximumOctets`, wherever it is read
    /// and written otherwise; errors name the path.
    package func contentsFromStart(path: String, maximumOctets: Int) throws(SystemError) -> [UInt8]
    {
        var contents = [UInt8](repeating: 0, count: maximumOctets)
        let number = rawValue
        let count = try retrying("pread", path: path) {
            unsafe pread(number, &contents, maximumOctets, 0)
        }
        return Array(contents[..<count])
    }

    /// Writes octets over those that an open file begins with, all of them or it is an error; what
    /// stands behind them stays.
    package func overwriteStart(path: String, with contents: [UInt8]) throws(SystemError) {
        let number = rawValue
        let count = try retrying("pwrite", path: path) {
            unsafe pwrite(number, contents, contents.count, 0)
        }
        guard count == contents.count else { throw SystemError("pwrite", path: path, code: ENOSPC) }
    }

    /// The octets of a whole file that is opened for it, at most one more than `maximumOctets`.
    ///
    /// The maximum keeps `/dev/zero` and its like out of memory; a FIFO nobody writes to is an
    /// error, never a wait.
    package static func contents(ofFile path: String, maximumOctets: Int) throws(SystemError)
        -> [UInt8]
    {
        let file = try Descriptor(
            opening: path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4 << 10)
        while contents.count <= maximumOctets {
            switch file.read(into: &buffer) {
            case .octets(let count): contents.append(buffer.span.extracting(..<count))
            case .end: return contents
            case .wouldBlock: throw SystemError("read", path: path, code: EAGAIN)
            case .failed(let error): throw SystemError("read", path: path, code: error.code)
            }
        }
        return Array(contents.prefix(maximumOctets + 1))
    }
}
