import Glibc
import POSIX
import TestSupport
import Testing

@Suite struct FileAccessTests {
    /// Where other users get to, wherever temporary files are.
    private let scratch = TemporaryDirectory(in: "/var/tmp")

    @Test(
        arguments: [
            (0o600, false), (0o400, false), (0o640, false), (0o660, false), (0o604, true),
            (0o644, true), (0o602, false), (0o777, true),
        ] as [(mode_t, Bool)])
    func `a file is open to everybody by one bit`(mode: mode_t, isOpen: Bool) {
        let path = scratch.write("", to: "key")
        chmod(path, mode)
        #expect(FileAccess.isOpenToEverybody(path) == isOpen)
        #expect(FileAccess.isOpenToEverybody(path + "x") == nil)
    }

    @Test func `what can be appended to, or made, is no fault, and is not made`() {
        #expect(FileAccess.faultInAppending(to: scratch.write("", to: "a")) == nil)
        #expect(FileAccess.faultInAppending(to: scratch.file("b")) == nil)
        #expect(FileAccess.faultInAppending(to: "/dev/null") == nil)
        #expect(FileAccess.faultInMakingDirectory(scratch.file("c/d/e")) == nil)
        #expect(namesInDirectory(scratch.path) == ["a"])
    }

    @Test func `what cannot be is told as the system calls would tell it`() {
        let directory = scratch.path
        #expect(
            FileAccess.faultInAppending(to: directory)
                == SystemError("open", path: directory, code: EISDIR))
        let absent = scratch.file("b/c")
        #expect(
            FileAccess.faultInAppending(to: absent)
                == SystemError("open", path: absent, code: ENOENT))
        #expect(FileAccess.faultInAppending(to: absent)?.isAbsence == true)
        let within = scratch.write("", to: "file") + "/d"
        #expect(
            FileAccess.faultInAppending(to: within)
                == SystemError("open", path: within, code: ENOTDIR))
        #expect(
            FileAccess.faultInMakingDirectory(within)
                == SystemError("mkdir", path: within, code: EACCES))
    }

    @Test(.enabled(if: World.isRoot, "mounts need root"))
    func `nothing can be made where everything is read-only`() async {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            World.leaveMountNamespace()
            World.makeReadOnly(path)
            #expect(FileAccess.faultInAppending(to: "\(path)/a")?.code == EROFS)
            #expect(FileAccess.faultInMakingDirectory("\(path)/a/b")?.code == EROFS)
        }
    }

    @Test(arguments: [
        ("a", "."), ("/a", "/"), ("/", "/"), ("/a/", "/"), ("/a/b", "/a"), ("a/b//", "a"),
        ("//a//b", "//a"), (".", "."),
    ])
    func `a path has a parent`(path: String, parent: String) {
        #expect(FileAccess.parent(of: path) == parent)
    }

    @Test(.enabled(if: World.isRoot, "another user needs root"))
    func `what keeps us from a path is found behind links, and told with its mode`() async {
        await #expect(processExitsWith: .success) { [place = scratch.path as String] in
            func make(_ name: String, _ mode: mode_t) {
                precondition(mkdir("\(place)/\(name)", 0o700) == 0)
                precondition(chmod("\(place)/\(name)", mode) == 0)
            }
            precondition(chmod(place, 0o755) == 0)
            make("open", 0o755)
            make("open/inner", 0o751)
            make("closed", 0o2710)
            make("closed/inner", 0o755)
            for (name, target) in [
                ("open/up", "../closed/inner"), ("link", "\(place)/closed"), ("loop", "loop"),
            ] { precondition(symlink(target, "\(place)/\(name)") == 0) }
            for name in ["open/secret", "closed/inner/key"] {
                close(open("\(place)/\(name)", O_CREAT | O_WRONLY, 0o600))
            }
            precondition(chown("\(place)/closed", 0, 54_321) == 0)
            precondition(chmod("\(place)/closed", 0o2710) == 0)
            precondition(seteuid(65_534) == 0)
            let closed = "\(place)/closed (mode 02710, root:54321)"
            for (name, obstacle) in [
                ("closed/inner/key", closed), ("open/up/key", closed), ("link/inner", closed),
                ("./open/../link//x", closed),
                ("open/secret", "\(place)/open/secret (mode 0600, root:root)"),
                ("open/none/x", "\(place)/open (mode 0755, root:root)"),
            ] {
                #expect(FileAccess.obstacle(to: "\(place)/\(name)") == obstacle, "\(name)")
            }
            // It has an end.
            #expect(FileAccess.obstacle(to: "\(place)/loop").hasPrefix(place))
            precondition(chdir("\(place)/open") == 0)
            #expect(FileAccess.obstacle(to: "up/key") == closed)
        }
    }
}
