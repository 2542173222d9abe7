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
            contents = try Descriptor.contents(ofFile: path, maximumOctets: limit)
        } catch {
            throw TLSError(operation, path: path, reason: error.withoutPath.description)
        }
        if contents.isEmpty { throw TLSError(operation, path: path, reason: "it is empty") }
        if contents.count > limit {
            throw TLSError(operation, path: path, reason: "it is longer than \(limit) octets")
        }
        return contents
    }
}
