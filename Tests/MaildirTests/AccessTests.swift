import Glibc
import Maildir
import TestSupport
import Testing

/// The modes of what is made, each in a process of its own, as the umask is the process's.
@Suite struct AccessTests {
    private let scratch = TemporaryDirectory()
    private static let folders = ["", "/cur", "/new", "/tmp"]

    private static func mode(_ path: String) -> mode_t {
        var status = stat()
        precondition(lstat(path, &status) == 0, "\(path)")
        return status.st_mode & 0o7777
    }

    /// Delivers a message, and returns the mode of its file, or nil if that fails.
    private static func deliver(_ path: String, _ access: Maildir.Access) -> mode_t? {
        try? store(path, access)
    }

    private static func store(_ path: String, _ access: Maildir.Access) throws -> mode_t {
        var maildir = try Maildir(path: path, hostname: "mx.example", access: access)
        let stored = try maildir.begin().commit()
        return mode("\(path)/new/\(stored.fileName)")
    }

    @Test(arguments: [
        (Maildir.Access.private, mode_t(0o700), mode_t(0o600)), (.group, 0o2770, 0o640),
    ])
    func `what is made is for whom it should be`(
        access: Maildir.Access, directories: mode_t, file: mode_t
    ) async throws {
        // An access cannot be handed over to the process.
        let isGroup = access == .group
        await #expect(processExitsWith: .success) {
            [
                scratch = scratch.path as String, isGroup = isGroup as Bool,
                directories = directories as mode_t, file = file as mode_t
            ] in
            let access: Maildir.Access = isGroup ? .group : .private
            // Whatever the directory is that it is made in.
            for (name, parent) in [("plain", mode_t(0o700)), ("handing-on", 0o2750)] {
                let place = "\(scratch)/\(name)"
                precondition(mkdir(place, 0o700) == 0 && chmod(place, parent) == 0)
                umask(access.umask)
                #expect(Self.deliver("\(place)/a/Maildir", access) == file)
                for folder in ["/a"] + Self.folders.map({ "/a/Maildir\($0)" }) {
                    #expect(Self.mode(place + folder) == directories, "\(place)\(folder)")
                }
            }
        }
    }

    @Test func `what is there keeps its mode, and what is missing gets it`() async throws {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            let path = "\(path)/Maildir"
            #expect(Self.deliver(path, .private) == 0o600)
            precondition(rmdir("\(path)/cur") == 0)
            umask(Maildir.Access.group.umask)
            #expect(Self.deliver(path, .group) == 0o640)
            #expect(Self.folders.map { Self.mode(path + $0) } == [0o700, 0o2770, 0o700, 0o700])
        }
    }

    @Test func `where the bit of the group must not be set it is done without`() async throws {
        await #expect(processExitsWith: .success) { [scratch = scratch.path as String] in
            precondition(mkdir("\(scratch)/a", 0o700) == 0 && chmod("\(scratch)/a", 0o2750) == 0)
            umask(Maildir.Access.group.umask)
            World.refuse(.fchmod(EPERM))
            #expect(Self.deliver("\(scratch)/Maildir", .group) == 0o640)
            #expect(Self.folders.allSatisfy { Self.mode("\(scratch)/Maildir\($0)") == 0o770 })
            // It can be inherited.
            #expect(Self.deliver("\(scratch)/a/Maildir", .group) == 0o640)
            #expect(Self.folders.allSatisfy { Self.mode("\(scratch)/a/Maildir\($0)") == 0o2770 })
        }
    }

    @Test func `a mode that cannot be set for another reason is an error`() async throws {
        await #expect(processExitsWith: .success) { [scratch = scratch.path as String] in
            World.refuse(.fchmod(EROFS))
            #expect {
                _ = try Self.store("\(scratch)/Maildir", .group)
            } throws: {
                "\($0)" == "fchmod \(scratch)/Maildir: Read-only file system (errno 30)"
            }
        }
    }

    @Test func `an examination tells what keeps the group out`() async throws {
        await #expect(processExitsWith: .success) { [scratch = scratch.path as String] in
            let path = "\(scratch)/a/Maildir"
            func closed(_ access: Maildir.Access) -> [String]? {
                let found = try? Maildir.examine(path: path, hostname: "x", access: access)
                return found?.closedToGroup.filter { $0.hasPrefix(scratch) }
            }
            precondition(chmod(scratch, 0o711) == 0)
            _ = Self.deliver(path, .private)
            #expect(closed(.private) == [])
            #expect(closed(.group) == Self.folders.map { path + $0 } + ["\(scratch)/a"])
            for folder in Self.folders { precondition(chmod(path + folder, 0o770) == 0) }
            #expect(closed(.group) == ["\(scratch)/a"])
            // The group of the Maildir passes; another would not.
            precondition(chmod("\(scratch)/a", 0o710) == 0)
            #expect(closed(.group) == [])
            precondition(chmod("\(scratch)/a", 0o701) == 0)
            #expect(closed(.group) == [])
            precondition(chmod("\(path)/new", 0o750) == 0)
            #expect(closed(.group) == ["\(path)/new"])
        }
    }

    @Test(.enabled(if: World.isRoot, "another group needs root"))
    func `a directory of another group is not passed by its bits`() async throws {
        await #expect(processExitsWith: .success) { [scratch = scratch.path as String] in
            precondition(chmod(scratch, 0o710) == 0 && chown(scratch, 0, 1) == 0)
            umask(Maildir.Access.group.umask)
            _ = Self.deliver("\(scratch)/Maildir", .group)
            let found = try Maildir.examine(
                path: "\(scratch)/Maildir", hostname: "x", access: .group)
            #expect(found.closedToGroup.contains(scratch))
        }
    }
}
