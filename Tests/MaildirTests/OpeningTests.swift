import Foundation
import Glibc
import Maildir
import TestSupport
import Testing

@Suite struct OpeningTests {
    private let scratch = TemporaryDirectory()
    private var path: String { scratch.file("Maildir") }

    private func open(_ path: String) throws(MaildirError) -> Maildir {
        try Maildir(path: path, hostname: "mx.example")
    }

    private func expectError(_ path: String, _ description: String) {
        #expect {
            _ = try open(path)
        } throws: { error in
            (error as? MaildirError)?.kind == .other && "\(error)" == description
        }
    }

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    @Test func `what is missing is made, parents too, for the owner only`() throws {
        let path = scratch.file("a/b//c/")
        _ = try open(path)
        for name in ["a", "a/b", "a/b/c", "a/b/c/cur", "a/b/c/new", "a/b/c/tmp"] {
            #expect(mode(scratch.file(name)) == S_IFDIR | 0o700, "\(name)")
        }
        #expect(namesInDirectory(path) == ["cur", "new", "tmp"])
    }

    @Test(arguments: ["cur", "new", "tmp"]) func `one missing folder is made`(name: String) throws {
        _ = try open(path)
        try #require(rmdir("\(path)/\(name)") == 0)
        _ = try open(path)
        #expect(mode("\(path)/\(name)") == S_IFDIR | 0o700)
    }

    @Test func `what is there stays as it is`() throws {
        _ = try open(path)
        scratch.write("theirs", to: "Maildir/new/1.x")
        try #require(chmod("\(path)/new", 0o770) == 0)
        _ = try open(path)
        #expect(mode("\(path)/new") == S_IFDIR | 0o770)
        #expect(textOfFile("\(path)/new/1.x") == "theirs")
    }

    @Test func `the Maildir itself may be a link`() throws {
        _ = try open(scratch.file("real"))
        try #require(symlink("real", path) == 0)
        var maildir = try open(path)
        let stored = try maildir.begin().commit()
        #expect(namesInDirectory(scratch.file("real/new")) == [stored.fileName])
    }

    @Test func `a link to nowhere is no Maildir`() throws {
        try #require(symlink("nowhere", path) == 0)
        expectError(path, "open \(path): No such file or directory (errno 2)")
    }

    @Test(arguments: ["tmp", "new"]) func `a folder must not be a link, not even to a directory`(
        name: String
    ) throws {
        _ = try open(path)
        try #require(rename("\(path)/\(name)", "\(path)/other") == 0)
        try #require(symlink("other", "\(path)/\(name)") == 0)
        expectError(path, "\(path)/\(name) is a symbolic link; it must be a directory")
        #expect(namesInDirectory("\(path)/other") == [])
    }

    @Test(arguments: ["tmp", "new"]) func `a folder must be a directory`(name: String) throws {
        _ = try open(path)
        try #require(rmdir("\(path)/\(name)") == 0)
        scratch.write("", to: "Maildir/\(name)")
        expectError(path, "open \(path)/\(name): Not a directory (errno 20)")
    }

    @Test func `a file is no Maildir, and none can be made in it`() throws {
        scratch.write("", to: "Maildir")
        expectError(path, "open \(path): Not a directory (errno 20)")
        expectError("\(path)/in", "open \(path)/in: Not a directory (errno 20)")
        expectError("", "mkdir : No such file or directory (errno 2)")
    }

    @Test(.enabled(if: World.isRoot, "mounts need root"), arguments: ["tmp", "new"])
    func `a folder must not be on another file system`(name: String) async throws {
        await #expect(processExitsWith: .success) {
            [path = path as String, name = name as String] in
            World.leaveMountNamespace()
            _ = try Maildir(path: path, hostname: "mx.example")
            World.mountMemory(at: "\(path)/\(name)", options: "size=64k")
            #expect {
                _ = try Maildir(path: path, hostname: "mx.example")
            } throws: {
                "\($0)" == "\(path)/tmp and \(path)/new are not in the same file system"
            }
        }
    }

    @Test(.enabled(if: World.isRoot, "mounts need root"))
    func `a folder must not be mounted, even from the same file system`() async throws {
        await #expect(processExitsWith: .success) { [path = path as String] in
            World.leaveMountNamespace()
            _ = try Maildir(path: path, hostname: "mx.example")
            World.bind("\(path)/cur", at: "\(path)/new")
            #expect {
                _ = try Maildir(path: path, hostname: "mx.example")
            } throws: {
                "\($0)" == "\(path)/tmp and \(path)/new are not in the same file system"
            }
        }
    }

    @Test(.enabled(if: World.isRoot, "mounts need root"))
    func `a Maildir on a read-only file system is refused`() async throws {
        await #expect(processExitsWith: .success) { [path = path as String] in
            World.leaveMountNamespace()
            _ = try Maildir(path: path, hostname: "mx.example")
            World.makeReadOnly(path)
            #expect {
                _ = try Maildir(path: path, hostname: "mx.example")
            } throws: {
                "\($0)" == "access \(path)/tmp: Read-only file system (errno 30)"
            }
        }
    }

    @Test(.enabled(if: World.isRoot, "another user needs root"), arguments: ["tmp", "new"])
    func `a folder that the effective user cannot write to is refused`(name: String) async throws {
        await #expect(processExitsWith: .success) {
            [path = path as String, name = name as String] in
            _ = try Maildir(path: path, hostname: "mx.example")
            for folder in ["", "/cur", "/new", "/tmp"] {
                precondition(chown(path + folder, 65534, 65534) == 0)
            }
            precondition(chown("\(path)/\(name)", 0, 0) == 0)
            precondition(chmod("\(path)/\(name)", 0o755) == 0)
            // The parents are only for root.
            precondition(chdir(path) == 0)
            // Root is kept as the real user: it is the effective one that must not be able to.
            precondition(seteuid(65534) == 0)
            #expect {
                _ = try Maildir(path: ".", hostname: "mx.example")
            } throws: {
                "\($0)" == "access ./\(name): Permission denied (errno 13)"
            }
        }
    }

    @Test(.enabled(if: World.isRoot, "another user needs root"))
    func `a Maildir that cannot be made is refused`() async throws {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            precondition(chmod(path, 0o755) == 0 && chdir(path) == 0)
            precondition(seteuid(65534) == 0)
            #expect {
                _ = try Maildir(path: "a/b", hostname: "mx.example")
            } throws: {
                "\($0)" == "mkdir a: Permission denied (errno 13)"
            }
        }
    }
}
