import Glibc
import Maildir
import TestSupport
import Testing

@Suite struct ExaminationTests {
    /// On a disk, which the directory for temporary files need not be.
    private let scratch = TemporaryDirectory(in: "/var/tmp")
    private var path: String { scratch.file("Maildir") }

    private func examine(_ path: String) throws(MaildirError) -> Maildir.Examination {
        try Maildir.examine(path: path, hostname: "mx.example")
    }

    @Test func `what is missing is told, and not made`() throws {
        let path = scratch.file("a/Maildir")
        let found = try examine(path)
        #expect(found.missing == [path, "\(path)/cur", "\(path)/new", "\(path)/tmp"])
        #expect(found.syncNanoseconds == nil)
        #expect(namesInDirectory(scratch.path) == [])
    }

    @Test(arguments: ["cur", "new", "tmp"]) func `a missing folder is not made`(name: String) throws
    {
        _ = try Maildir(path: path, hostname: "x")
        try #require(rmdir("\(path)/\(name)") == 0)
        let found = try examine(path)
        #expect(found.missing == ["\(path)/\(name)"])
        #expect(found.syncNanoseconds == nil)
        #expect(namesInDirectory(path) == ["cur", "new", "tmp"].filter { $0 != name })
    }

    @Test func `a Maildir that is there is tried out, and nothing stays in it`() throws {
        _ = try Maildir(path: path, hostname: "x")
        let found = try examine(path)
        #expect(found.missing == [])
        #expect(!found.isInMemory)
        #expect(found.syncNanoseconds.map { $0 > 0 } == true)
        #expect(namesInDirectory(path) == ["cur", "new", "tmp"])
        for name in ["cur", "new", "tmp"] { #expect(namesInDirectory("\(path)/\(name)") == []) }
    }

    @Test func `what is in memory is told, also where there is nothing yet`() throws {
        let shared = TemporaryDirectory(in: "/dev/shm")
        #expect(try examine(shared.file("a/Maildir")).isInMemory)
        _ = try Maildir(path: shared.file("Maildir"), hostname: "x")
        #expect(try examine(shared.file("Maildir")).isInMemory)
        #expect(try !examine(scratch.file("a/Maildir")).isInMemory)
    }

    /// An error of the one is an error of the other, in the same words.
    private func expectSameError(
        _ path: String, hostname: String = "mx.example",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var errors: [MaildirError?] = [nil, nil]
        do throws(MaildirError) {
            _ = try Maildir.examine(path: path, hostname: hostname)
        } catch {
            errors[0] = error
        }
        do throws(MaildirError) {
            _ = try Maildir(path: path, hostname: hostname)
        } catch {
            errors[1] = error
        }
        #expect(errors[0] == errors[1], sourceLocation: sourceLocation)
        #expect(errors[0] != nil, sourceLocation: sourceLocation)
    }

    @Test func `what a session cannot use is an error, and the same one`() throws {
        expectSameError(path, hostname: String(repeating: "h", count: 129))
        expectSameError(scratch.write("", to: "file"))
        try #require(symlink("nowhere", scratch.file("link")) == 0)
        expectSameError(scratch.file("link"))
        _ = try Maildir(path: path, hostname: "x")
        for name in ["tmp", "new"] {
            try #require(rename("\(path)/\(name)", "\(path)/other") == 0)
            try #require(symlink("other", "\(path)/\(name)") == 0)
            expectSameError(path)
            try #require(unlink("\(path)/\(name)") == 0)
            try #require(rename("\(path)/other", "\(path)/\(name)") == 0)
        }
        _ = try examine(path)
    }

    @Test func `a folder that files cannot be removed from is found, and the file named`()
        async throws
    {
        await #expect(processExitsWith: .success) { [path = path as String] in
            _ = try Maildir(path: path, hostname: "x")
            World.refuse(.unlinkat(EPERM))
            let error = #expect(throws: MaildirError.self) {
                try Maildir.examine(path: path, hostname: "mx.example")
            }
            let left = try #require(namesInDirectory("\(path)/tmp"))
            try #require(left.count == 1)
            #expect(
                error?.description
                    == "unlink \(path)/tmp/\(left[0]): Operation not permitted (errno 1)")
        }
    }

    @Test(.enabled(if: World.isRoot, "mounts need root"))
    func `a disk that is full or fails is found before the first message is`() async throws {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            World.leaveMountNamespace()
            // The root, the three folders, and none more.
            World.mountMemory(at: path, options: "nr_inodes=4")
            _ = try Maildir(path: path, hostname: "x")
            #expect(throws: MaildirError.self) {
                try Maildir.examine(path: path, hostname: "mx.example")
            }
            #expect(namesInDirectory("\(path)/tmp") == [])
        }
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            World.leaveMountNamespace()
            _ = try Maildir(path: path, hostname: "x")
            World.makeReadOnly(path)
            #expect {
                try Maildir.examine(path: path, hostname: "mx.example")
            } throws: { error in
                "\(error)" == "access \(path)/tmp: Read-only file system (errno 30)"
            }
        }
    }
}
