import Foundation
import TestSupport
import Testing

/// `--as`: the client with its production settings, run by a user who may do nothing.
@Suite struct VerifyIsolationTests {
    private static let host = "smtp.gmail.com"

    /// curl that knows nothing but its URL, and trusts what the system trusts.
    private static let unaware =
        ["env", "-u", "SSL_CERT_FILE", "-u", "CURL_CA_BUNDLE"]
        + VerifyClient.curl(url: "smtp://\(host):587", trust: [])

    @Test func `curl with nothing but its URL delivers, and refuses an unknown authority`() {
        let run = VerifyRun(
            ["--as", "\(Self.host):587", "--only", "cert-unknown-ca,cert-wrong-host"],
            client: Self.unaware, asNobody: true)
        #expect(run.status == 0 && run.leftovers == [])
        #expect(run.scenarios["works"]?.stored == 1 && run.verdict("works") == "pass")
        for id in ["cert-unknown-ca", "cert-wrong-host"] {
            #expect(run.verdict(id) == "pass" && run.scenarios[id]?.stored == 0)
            #expect(run.scenarios[id]?.exit == 60)
        }
    }

    /// Runs commands in the isolation, in one run that cannot be judged, and returns what they say.
    private func inside(_ script: String, asNobody: Bool = true) -> [String] {
        let directory = TemporaryDirectory()
        let output = directory.write("", to: "output", mode: 0o666)
        precondition(chmod(output, 0o666) == 0)
        let run = VerifyRun(
            ["--as", "\(Self.host):587"],
            client: ["/bin/sh", "-c", "{ \(script)\n} > \(output) 2>&1; exit 1"],
            asNobody: asNobody, in: directory)
        #expect(run.status == 2 && run.leftovers == [], "\(run.command.errors)")
        return (textOfFile(output) ?? "").split(separator: "\n").map(String.init)
    }

    @Test func `there is no device but loopback, and no way to another host`() {
        let lines = inside(
            """
            tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '
            tail -n +2 /proc/net/route | wc -l
            curl -sS --max-time 5 http://192.0.2.1/; echo "curl: $?"
            getent ahosts other.example || echo unknown
            """)
        #expect(lines.first == "lo" && lines.dropFirst().first == "0")
        // It cannot connect.
        #expect(lines.suffix(2) == ["curl: 7", "unknown"])
    }

    @Test func `what is sent to the host stays on loopback, by the device's own count`() {
        let count = "grep lo: /proc/net/dev | tr -s ' ' | cut -d' ' -f11"
        let lines = inside(
            "\(count); \(Self.unaware.map { "'\($0)'" }.joined(separator: " ")); \(count)")
        let counts = lines.compactMap { Int($0) }
        // A handshake alone is a dozen segments.
        #expect(counts.count == 2 && counts[1] > counts[0] + 12, "\(lines)")
    }

    @Test(arguments: [true, false]) func `the client keeps its user and has no capabilities`(
        asNobody: Bool
    ) {
        let lines = inside("id -u; id -g; grep ^Cap /proc/self/status", asNobody: asNobody)
        let id = asNobody || !World.isRoot ? "\(asNobody ? 65_534 : getuid())" : "0"
        #expect(lines.prefix(2) == [id, id])
        #expect(lines.count == 7)
        for line in lines.dropFirst(2) { #expect(line.hasSuffix("\t0000000000000000"), "\(line)") }
    }

    @Test func `nothing of the system changes`() {
        let files = ["/etc/hosts", "/etc/nsswitch.conf", "/etc/resolv.conf"]
        let before = files.map(octetsOfFile)
        let mounts = textOfFile("/proc/self/mountinfo")
        let names = namesInDirectory("/etc/ssl/certs")
        let lines = inside("cat /etc/hosts; ls /etc/ssl/certs | wc -l; echo x >> /etc/shadow")
        #expect(lines.starts(with: "127.0.0.1 localhost \(Self.host) "))
        #expect(files.map(octetsOfFile) == before)
        #expect(textOfFile("/proc/self/mountinfo") == mounts)
        #expect(namesInDirectory("/etc/ssl/certs") == names)
        // Two more in there: one by the hash, and one by a name.
        #expect(lines.contains { Int($0) == (names?.count ?? 0) + 2 })
    }

    @Test func `the authority is trusted by file and by directory`() {
        let good = "\"$MAILPIT_DIR/certificates/good.pem\""
        let lines = inside(
            """
            openssl verify -no-CAstore -no-CApath -CAfile /etc/ssl/certs/ca-certificates.crt \(good)
            openssl verify -no-CAstore -no-CAfile -CApath /etc/ssl/certs \(good)
            """)
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasSuffix("/good.pem: OK") }, "\(lines)")
    }

    @Test func `where the kernel does not allow it, it is refused with the reason`() {
        let forbid = "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$0\" \"$@\""
        let run = VerifyRun(
            ["--as", "\(Self.host):587"], client: ["true"], asNobody: false,
            through: ["unshare", "--user", "--map-root-user", "/bin/sh", "-c", forbid])
        #expect(run.status == 2 && run.scenarios.isEmpty && run.leftovers == [])
        #expect(
            run.command.errors
                == "mailpit-verify: --as is not possible here: unshare: No space left on device "
                + "(errno 28); /proc/sys/user/max_user_namespaces is 0\n")
    }
}
