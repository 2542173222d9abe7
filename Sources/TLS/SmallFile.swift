internal import Glibc
internal import POSIX

/// A file that is read whole.
enum SmallFile {
    /// Its octets; `operation` is what errors say was being done.
    ///
    /// An empty one is an error, as is one of more than `limit` octets: nothing that is meant here
    /// comes near it, and it keeps `/dev/zero` and its like out of memory.
    static func contents(
        of path: String, atMost limit: Int, _ operation: String
    ) throws(TLSError) -> [UInt8] {
        let contents: [UInt8]
        do throws(SystemError) {
            contents = try octets(of: path, atMost: limit)
        } catch {
            throw TLSError(operation, path: path, reason: error.description)
        }
        if contents.isEmpty { throw TLSError(operation, path: path, reason: "it is empty") }
        if contents.count > limit {
            throw TLSError(operation, path: path, reason: "it is longer than \(limit) octets")
        }
        return contents
    }

    /// The file's octets, or some more than the limit of them.
    private static func octets(of path: String, atMost limit: Int) throws(SystemError) -> [UInt8] {
        // O_NONBLOCK: a FIFO must not keep a session waiting for somebody to write.
        let number = try retrying("open") {
            unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        }
        let file = Descriptor(owning: number)
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while contents.count <= limit {
            switch file.read(into: &buffer) {
            case .octets(let count): contents += buffer[..<count]
            case .end: return contents
            case .wouldBlock: throw SystemError("read", code: EAGAIN)
            case .failed(let error): throw error
            }
        }
        return contents
    }
}
