import Foundation

/// A directory of a test's own, removed with all that is in it when nobody refers to it any more.
package final class TemporaryDirectory: Sendable {
    package let path: String

    /// Makes one where temporary files go, or in another directory.
    package init(in parent: String? = nil) {
        let place =
            parent.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
        let url =
            place
            .appendingPathComponent("mailpit-test-\(UUID().uuidString)")
        path = url.path
        try! FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit {
        try! FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in it.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file in it, and says where it is.
    @discardableResult
    package func write(_ content: String, to name: String, mode: Int = 0o600) -> String {
        let path = file(name)
        let isMade = FileManager.default.createFile(
            atPath: path, contents: Data(content.utf8), attributes: [.posixPermissions: mode])
        precondition(isMade, "cannot write \(path)")
        return path
    }
}

/// The names in a directory, sorted; nil where there is no such directory.
package func namesInDirectory(_ path: String) -> [String]? {
    try? FileManager.default.contentsOfDirectory(atPath: path).sorted()
}

/// The octets of a file; nil where it cannot be read.
///
/// It is read until its end: the files of proc(5), which give a part at each read, are whole too.
package func octetsOfFile(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var octets: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(file, &part, part.count)
        if count < 0 { return nil }
        if count == 0 { return octets }
        octets += part[..<count]
    }
}

/// The text of a file; nil where it cannot be read.
package func textOfFile(_ path: String) -> String? {
    octetsOfFile(path).map { String(decoding: $0, as: UTF8.self) }
}
