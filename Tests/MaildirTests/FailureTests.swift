import Foundation
import Glibc
import POSIX
import TestSupport
import Testing

@testable import Maildir

@Suite struct FailureTests {
    private let scratch = TemporaryDirectory()
    private var path: String { scratch.file("Maildir") }

    private static let needsRoot: ConditionTrait = .enabled(if: World.isRoot, "mounts need root")

    @Test(needsRoot) func `a full disk is told as such while octets come, and nothing is left`()
        async throws
    {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            World.leaveMountNamespace()
            World.mountMemory(at: path, options: "size=1m")
            var maildir = try Maildir(path: path, hostname: "mx.example")
            var delivery = try maildir.begin()
            let octets = [UInt8](repeating: 65, count: 2 << 20)
            let error = #expect(throws: MaildirError.self) { try delivery.append(octets.span) }
            #expect(error?.kind == .full)
            #expect(error?.description.hasPrefix("write \(path)/tmp/") == true)
            #expect(error?.description.hasSuffix(": No space left on device (errno 28)") == true)
            // At once, whatever becomes of the delivery.
            #expect(namesInDirectory("\(path)/tmp") == [])
            #expect(failure(committing: delivery) != nil)
            #expect(namesInDirectory("\(path)/new") == [])
            // The next one has the room.
            var next = try maildir.begin()
            try next.append([65].span)
            let stored = try next.commit()
            #expect(namesInDirectory("\(path)/new") == [stored.fileName])
        }
    }

    @Test(needsRoot) func `a full disk is told as such at the end, and nothing is left`()
        async throws
    {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            World.leaveMountNamespace()
            World.mountMemory(at: path, options: "size=64k")
            var maildir = try Maildir(path: path, hostname: "mx.example")
            var delivery = try maildir.begin()
            try delivery.append([UInt8](repeating: 65, count: 100_000).span)
            let error = failure(committing: delivery)
            #expect(error?.kind == .full)
            #expect(namesInDirectory("\(path)/tmp") == [])
            #expect(namesInDirectory("\(path)/new") == [])
        }
    }

    @Test(needsRoot) func `a disk without inodes is full`() async throws {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            World.leaveMountNamespace()
            // The root, the three folders, and none more.
            World.mountMemory(at: path, options: "nr_inodes=4")
            var maildir = try Maildir(path: path, hostname: "mx.example")
            let error = #expect(throws: MaildirError.self) { _ = try maildir.begin() }
            #expect(error?.kind == .full)
            #expect(error?.description.hasPrefix("open \(path)/tmp/") == true)
        }
    }

    @Test func `a limit on the size of files is no full disk`() async throws {
        await #expect(processExitsWith: .success) { [path = path as String] in
            World.limitFiles(toOctets: 200_000)
            var maildir = try Maildir(path: path, hostname: "mx.example")
            var delivery = try maildir.begin()
            let octets = [UInt8](repeating: 65, count: 1 << 20)
            let error = #expect(throws: MaildirError.self) { try delivery.append(octets.span) }
            #expect(error?.kind == .other)
            #expect(error?.description.hasSuffix(": File too large (errno 27)") == true)
            #expect(namesInDirectory("\(path)/tmp") == [])
            #expect(namesInDirectory("\(path)/new") == [])
        }
    }

    @Test func `a file that was taken out of tmp cannot be published`() throws {
        var maildir = try Maildir(path: path, hostname: "mx.example")
        var delivery = try maildir.begin()
        try delivery.append([65].span)
        try FileManager.default.removeItem(atPath: "\(path)/tmp")
        let name = delivery.name
        #expect(
            failure(committing: delivery)?.description
                == "rename \(path)/new/\(name),S=1,W=1: No such file or directory (errno 2)")
        #expect(namesInDirectory("\(path)/new") == [])
        #expect(throws: MaildirError.self) { _ = try maildir.begin() }
    }

    @Test func `a Maildir without new any more stores nothing`() throws {
        var maildir = try Maildir(path: path, hostname: "mx.example")
        let delivery = try maildir.begin()
        try FileManager.default.removeItem(atPath: "\(path)/new")
        let error = failure(committing: delivery)
        #expect(error?.kind == .other)
        #expect(namesInDirectory("\(path)/tmp") == [])
    }

    @Test(arguments: [EINVAL, ENOSYS]) func `without RENAME_NOREPLACE a file is linked`(code: CInt)
        async throws
    {
        await #expect(processExitsWith: .success) { [path = path as String, code = code as CInt] in
            World.refuse(.renameat2(code))
            var maildir = try Maildir(path: path, hostname: "mx.example")
            var delivery = try maildir.begin()
            try delivery.append([65].span)
            let stored = try delivery.commit()
            #expect(namesInDirectory("\(path)/tmp") == [])
            #expect(namesInDirectory("\(path)/new") == [stored.fileName])
            #expect(octetsOfFile("\(path)/new/\(stored.fileName)") == [65])
        }
    }

    /// By rename, and by link where the number of that call is refused.
    @Test(arguments: [nil, EINVAL]) func `a file in new is never replaced`(code: CInt?) async throws
    {
        await #expect(processExitsWith: .success) { [path = path as String, code = code as CInt?] in
            if let code { World.refuse(.renameat2(code)) }
            var maildir = try Maildir(path: path, hostname: "mx.example")
            var delivery = try maildir.begin()
            try delivery.append([65].span)
            let taken = "\(delivery.name),S=1,W=1"
            precondition(
                FileManager.default.createFile(atPath: "\(path)/new/\(taken)", contents: Data()))
            do throws(MaildirError) {
                _ = try delivery.commit()
                Issue.record("it was stored")
            } catch {
                #expect("\(error)".contains("File exists"))
                #expect(error.kind == .other)
            }
            #expect(namesInDirectory("\(path)/tmp") == [])
            #expect(namesInDirectory("\(path)/new") == [taken])
            #expect(octetsOfFile("\(path)/new/\(taken)") == [])
        }
    }

    @Test func `a link that is there already, as when NFS loses the answer, is the message`()
        async throws
    {
        await #expect(processExitsWith: .success) { [path = path as String] in
            World.refuse(.renameat2(EINVAL))
            var maildir = try Maildir(path: path, hostname: "mx.example")
            let delivery = try maildir.begin()
            let fileName = "\(delivery.name),S=0,W=0"
            let temporary = try #require(namesInDirectory("\(path)/tmp")?.first)
            precondition(link("\(path)/tmp/\(temporary)", "\(path)/new/\(fileName)") == 0)
            #expect(try delivery.commit().fileName == fileName)
            #expect(namesInDirectory("\(path)/tmp") == [])
            #expect(namesInDirectory("\(path)/new") == [fileName])
        }
    }

    @Test func `a move that cannot be made for another reason is not tried as a link`() async throws
    {
        await #expect(processExitsWith: .success) { [path = path as String] in
            World.refuse(.renameat2(EIO))
            var maildir = try Maildir(path: path, hostname: "mx.example")
            let delivery = try maildir.begin()
            let error = failure(committing: delivery)
            #expect(error?.description.hasSuffix(": Input/output error (errno 5)") == true)
            #expect(namesInDirectory("\(path)/tmp") == [])
            #expect(namesInDirectory("\(path)/new") == [])
        }
    }

    @Test func `a file that cannot be synced is not published`() async throws {
        await #expect(processExitsWith: .success) { [path = path as String] in
            var maildir = try Maildir(path: path, hostname: "mx.example")
            let delivery = try maildir.begin()
            World.refuse(.fsync(of: delivery.file.descriptor.rawValue, EDQUOT))
            let error = failure(committing: delivery)
            #expect(error?.kind == .full)
            #expect(error?.description.hasPrefix("fsync \(path)/tmp/") == true)
            #expect(namesInDirectory("\(path)/tmp") == [])
            #expect(namesInDirectory("\(path)/new") == [])
        }
    }

    @Test func `a file is taken back from new where that cannot be synced`() async throws {
        await #expect(processExitsWith: .success) { [path = path as String] in
            var maildir = try Maildir(path: path, hostname: "mx.example")
            let delivery = try maildir.begin()
            World.refuse(.fsync(of: delivery.folders.new.rawValue, EIO))
            let error = failure(committing: delivery)
            #expect(
                error?.description == "fsync \(path)/new: Input/output error (errno 5)")
            #expect(namesInDirectory("\(path)/tmp") == [])
            #expect(namesInDirectory("\(path)/new") == [])
        }
    }

    @Test func `each directory that is made is made durable in the one above it`() async throws {
        await #expect(processExitsWith: .success) { [scratch = scratch.path as String] in
            World.refuse(.fsync(of: nil, EIO))
            let path = "\(scratch)/a/Maildir"
            // What was made is there the next time, so each fault is that of the next directory.
            for parent in [scratch, "\(scratch)/a", path, path, path] {
                #expect {
                    _ = try Maildir(path: path, hostname: "mx.example")
                } throws: {
                    "\($0)" == "fsync \(parent): Input/output error (errno 5)"
                }
            }
            _ = try Maildir(path: path, hostname: "mx.example")
        }
    }

    @Test func `a file is made in tmp only where there is none of that name, and no link`() throws {
        let folders = try Folders(path: path, access: .private)
        scratch.write("theirs", to: "Maildir/tmp/taken")
        try #require(symlink("taken", "\(path)/tmp/link") == 0)
        try #require(symlink("nothing", "\(path)/tmp/loose") == 0)
        for name in ["taken", "link", "loose"] {
            do throws(MaildirError) {
                _ = try TemporaryFile(in: folders, name: name)
                Issue.record("\(name) was opened")
            } catch {
                #expect("\(error)" == "open \(path)/tmp/\(name): File exists (errno 17)")
            }
        }
        #expect(textOfFile("\(path)/tmp/taken") == "theirs")
        #expect(namesInDirectory("\(path)/tmp") == ["link", "loose", "taken"])
    }

    @Test func `files are for their owner only, whatever the umask lets`() async throws {
        await #expect(processExitsWith: .success) { [path = path as String] in
            umask(0)
            var maildir = try Maildir(path: path, hostname: "mx.example")
            let stored = try maildir.begin().commit()
            var status = stat()
            precondition(stat("\(path)/new/\(stored.fileName)", &status) == 0)
            #expect(status.st_mode == S_IFREG | 0o600)
            for folder in ["", "/cur", "/new", "/tmp"] {
                precondition(stat(path + folder, &status) == 0)
                #expect(status.st_mode == S_IFDIR | 0o700)
            }
        }
    }
}

/// What goes wrong when the delivery is committed.
private func failure(committing delivery: consuming Delivery) -> MaildirError? {
    do throws(MaildirError) {
        _ = try delivery.commit()
        return nil
    } catch {
        return error
    }
}
