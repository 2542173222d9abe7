import Glibc
import POSIX
import TestSupport
import Testing

/// The facts that `mailpit check` tells.
@Suite struct CheckFactTests {
    private let check = Check()

    /// The lines of standard output, those with dates and times made the same.
    private func facts(_ arguments: [String] = []) -> [String] {
        let ended = check.run(arguments)
        #expect(ended.status == 0, "\(ended.errors)")
        return ended.outputText.split(separator: "\n").map { line in
            String(line)
                .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/, with: "DATE")
                .replacing(/\d+ days left/, with: "N days left").replacing(/\d+ µs/, with: "N µs")
                .replacing(/Landlock version \d+/, with: "Landlock version N")
                // OpenSSL has it from 3.5 on.
                .replacing("groups: X25519MLKEM768, ", with: "groups: ")
                .replacing(#/^user: [a-z_-]+,/#, with: "user: NAME,")
        }
    }

    @Test func `where nothing is wrong there are facts, a line each, and nothing else`() {
        let file = Check.certificate.certificateFile
        let ended = check.run()
        #expect(ended.status == 0)
        #expect(ended.errors == "")
        let user = World.isRoot ? 65_534 : getuid()
        #expect(
            facts() == [
                "user: NAME, uid \(user), gid \(World.isRoot ? 65_534 : getgid())",
                "connection: none, as standard input is no socket",
                "hostname: mx.example",
                "limits: 100 recipients and 50 MiB a message, 300 s a command",
                "tls: required, by STARTTLS; TLS 1.2 to 1.3",
                "groups: X25519, P-256, P-384",
                "certificate: \(file): CN=mx.example",
                "certificate: for mx.example",
                "certificate: valid from DATE until DATE, N days left",
                "key: ECDSA P-256, matches the certificate",
                "chain: no certificates of authorities sent along",
                "client certificates: not asked for",
                "tickets: none, so clients cannot resume TLS",
                "auth: not offered",
                "maildir: \(check.maildir); a file made durable in N µs, and removed",
                "chaos: none",
                "log: journal, syslog or standard error, as a session finds them",
                "sandbox: auto; Landlock version N, system calls filtered",
                "result: no errors, no warnings",
            ])
        #expect(ended.outputText.contains(", 365 days left\n"))
    }

    @Test func `quiet leaves out all but errors`() {
        check.use(selfSignedFor: "other.example")
        let warned = check.run(["--quiet"])
        #expect(warned.status == 0)
        #expect(warned.output == [] && warned.errors == "")
        let failed = check.run(["-q", "--maildir", "/dev/null"])
        #expect(failed.status == 78)
        #expect(failed.output == [])
        #expect(failed.errors.hasPrefix("error: "))
    }

    @Test(arguments: [
        (["--hostname=x", "--smtp-tls-required=false"], "hostname: x"),
        (["--smtp-tls-required=false"], "tls: offered, by STARTTLS; TLS 1.2 to 1.3"),
        (
            ["--smtp-require-tls", "--smtp-tls-min-version=1.3"],
            "tls: before the greeting; TLS 1.3 to 1.3"
        ),
        (
            ["--max-message-size=0"],
            "limits: 100 recipients and any size a message, 300 s a command"
        ),
        (
            ["--max-message-size=7", "--smtp-max-recipients=8", "--smtp-timeout=9"],
            "limits: 8 recipients and 7 MiB a message, 9 s a command"
        ),
        (["--smtp-proxy-protocol"], "proxy: each connection has to begin with a PROXY header"),
        (["--sandbox=require"], "sandbox: require; Landlock version N, system calls filtered"),
        (
            ["--sandbox=off"],
            "sandbox: off; there could be: Landlock version N, system calls filtered"
        ),
        (["--smtp-auth-accept-any"], "auth: offered; any credentials are accepted"),
        (["--smtp-auth-accept-any"], "auth: OAUTHBEARER XOAUTH2 PLAIN LOGIN"),
        (["--smtp-auth-accept-any", "--smtp-auth-mechanisms=login"], "auth: LOGIN"),
        (["--smtp-auth-accept-any", "--smtp-auth-mechanisms=cram-md5"], "auth: CRAM-MD5"),
    ])
    func `what is chosen shows`(_ arguments: [String], _ fact: String) {
        #expect(facts(arguments).contains(fact), "\(facts(arguments))")
    }

    @Test func `without a certificate there is no TLS to tell of`() {
        check.environment["MP_SMTP_TLS_CERT"] = nil
        check.environment["MP_SMTP_TLS_KEY"] = nil
        let facts = facts(["--smtp-tls-required=false"])
        #expect(facts.contains("tls: none"))
        #expect(!facts.contains { $0.hasPrefix("certificate: ") })
    }

    @Test func `each certificate is told of, with its key and its chain`() {
        let rsa = (check.directory.file("rsa.pem"), check.directory.file("rsa.key"))
        let made = Command([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=rsa",
            "-addext", "subjectAltName=DNS:mx.example,DNS:a\u{1}b.example,IP:192.0.2.1", "-out",
            rsa.0, "-keyout", rsa.1,
        ])
        #expect(made.status == 0, "\(made.errors)")
        func both(_ files: String...) -> String { files.map { textOfFile($0) ?? "" }.joined() }
        check.environment["MP_SMTP_TLS_CERT"] = check.directory.write(
            both(Check.certificate.certificateFile, Check.authority.certificateFile, rsa.0),
            to: "both.pem")
        check.environment["MP_SMTP_TLS_KEY"] = check.directory.write(
            both(Check.certificate.keyFile, rsa.1), to: "both.key")
        let facts = facts()
        #expect(
            facts.filter { $0.hasPrefix("key: ") || $0.hasPrefix("chain: ") } == [
                "key: ECDSA P-256, matches the certificate",
                "chain: 1 certificate of authorities sent along",
                "key: RSA 2048, matches the certificate",
                "chain: no certificates of authorities sent along",
            ])
        #expect(facts.contains("certificate: for mx.example, a\\x01b.example, 192.0.2.1"))
    }

    @Test func `a certificate that is made is told of as such`() {
        check.use(selfSignedFor: "mx.example,192.0.2.1")
        let facts = facts()
        #expect(facts.contains("certificate: made by each session: CN=mx.example"))
        #expect(facts.contains("certificate: for mx.example, 192.0.2.1"))
    }

    @Test func `authorities and ticket keys are counted`() {
        let authority = Check.authority.certificateFile
        let tickets = check.directory.write(String(repeating: "x", count: 160), to: "tickets")
        let facts = facts([
            "--smtp-tls-client-auth=request", "--smtp-tls-client-ca", authority,
            "--smtp-tls-ticket-key", tickets,
        ])
        #expect(facts.contains("client certificates: asked for; 1 authority in \(authority)"))
        #expect(facts.contains("tickets: 2 keys in \(tickets)"))
        #expect(facts.contains("auth: offered; by the client's certificate alone"))
        #expect(facts.contains("auth: EXTERNAL"))
    }

    @Test func `users are counted, and their hashes told by kind`() {
        let bcrypt = Command(["htpasswd", "-nbB", "-C", "4", "tim", "pencil"]).outputText
        let scram = Command(["doveadm", "pw", "-s", "SCRAM-SHA-256", "-p", "pencil"]).outputText
        let users = check.directory.write("\(bcrypt)\njim:\(scram)", to: "users")
        let facts = facts(["--smtp-auth-file", users])
        #expect(facts.contains("auth: required; 2 users (bcrypt, SCRAM-SHA-256) in \(users)"))
        #expect(facts.contains("auth: SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN"))
        check.environment["MP_SMTP_AUTH"] = "jim:\(scram)"
        let inline = self.facts()
        #expect(inline.contains("auth: required; 1 user (SCRAM-SHA-256) in MP_SMTP_AUTH"))
    }
}
