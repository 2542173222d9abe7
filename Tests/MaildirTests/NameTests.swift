import Glibc
import Maildir
import TestSupport
import Testing

@Suite struct NameTests {
    private let scratch = TemporaryDirectory()
    private var path: String { scratch.file("Maildir") }

    /// By the clock that names are made by; that of time(2) lags behind it by a tick.
    private func seconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec
    }

    @Test func `the name tells time, process, device, inode, count and 64 random bits`() throws {
        var maildir = try Maildir(path: path, hostname: "mx.example")
        let before = seconds()
        _ = try maildir.begin()
        let stored = try maildir.begin().commit()
        let after = seconds()
        let pattern =
            #/(?<s>[0-9]+)\.M(?<us>[0-9]{6})P(?<pid>[0-9]+)V(?<dev>[0-9a-f]+)I(?<ino>[0-9a-f]+)Q(?<n>[0-9]+)R(?<random>[0-9a-f]{16})\.mx\.example,S=0,W=0/#
        let match = try #require(stored.fileName.wholeMatch(of: pattern))
        var status = stat()
        try #require(stat("\(path)/new/\(stored.fileName)", &status) == 0)
        #expect((before...after).contains(try #require(Int(match.s))))
        #expect(match.pid == "\(getpid())")
        #expect(UInt64(match.dev, radix: 16) == UInt64(status.st_dev))
        #expect(UInt64(match.ino, radix: 16) == UInt64(status.st_ino))
        #expect(match.n == "2")
    }

    @Test func `ten thousand names are all different, and so are their random parts`() throws {
        var maildir = try Maildir(path: path, hostname: "mx.example")
        var names: Set<Substring> = []
        var randoms: Set<Substring> = []
        for _ in 0..<10_000 {
            let name = try maildir.begin().name
            names.insert(name[...])
            randoms.insert(try #require(name.split(separator: "R").last))
        }
        #expect(names.count == 10_000)
        #expect(randoms.count == 10_000)
        #expect(namesInDirectory("\(path)/tmp") == [])
    }

    @Test(arguments: [
        ("a/b:c", #"a\057b\072c"#), ("a,S=1", #"a\054S=1"#), (".hidden", ".hidden"),
        ("a b\n\u{7F}", #"a\040b\012\177"#), ("é", #"\303\251"#), (#"a\b"#, #"a\b"#),
    ])
    func `a host name is written so that it can stand in a file name`(
        hostname: String, written: String
    ) throws {
        var maildir = try Maildir(path: path, hostname: hostname)
        let stored = try maildir.begin().commit()
        #expect(stored.name.hasSuffix(".\(written)"))
        #expect(stored.fileName == "\(stored.name),S=0,W=0")
        #expect(namesInDirectory("\(path)/new") == [stored.fileName])
    }

    @Test func `a host name of 128 octets fits, and one more does not`() throws {
        var maildir = try Maildir(path: path, hostname: String(repeating: "a", count: 128))
        _ = try maildir.begin().commit()
        for name in [String(repeating: "a", count: 129), String(repeating: "/", count: 33)] {
            #expect {
                _ = try Maildir(path: scratch.file("untouched"), hostname: name)
            } throws: { error in
                "\(error)".hasPrefix("the host name is too long for file names")
            }
        }
        #expect(namesInDirectory(scratch.path) == ["Maildir"])
    }
}
