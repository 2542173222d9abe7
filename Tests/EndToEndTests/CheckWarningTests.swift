import Foundation
import TestSupport
import Testing

/// The warnings of `mailpit check`, each provoked alone; where nothing is wrong there is none, as
/// `CheckFactTests` shows.
@Suite struct CheckWarningTests {
    private let check = Check()

    /// Expects this warning, nothing else, and that sessions can be served.
    private func expectOnly(
        _ warning: String, _ arguments: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let ended = check.run(arguments)
        #expect(
            ended.errors == "warning: \(warning)\n", "\(ended.outputText)",
            sourceLocation: sourceLocation)
        #expect(ended.status == 0, sourceLocation: sourceLocation)
        #expect(
            ended.outputText.hasSuffix("result: no errors, 1 warning\n"),
            sourceLocation: sourceLocation)
    }

    /// Dates made the same.
    private func complaints(_ arguments: [String] = []) -> [String] {
        check.complaints(arguments).map {
            $0.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/, with: "DATE")
        }
    }

    @Test(.enabled(if: World.isRoot, "only root can run it as root")) func `running as root`() {
        let ended = check.run(asRoot: true)
        #expect(ended.status == 0)
        #expect(
            ended.errors
                == "warning: running as root: whether the user of the service can do the same is not"
                + " known, and sessions need no root\n")
    }

    // MARK: - Certificates

    @Test(arguments: [
        ("soon", 14 * 86_400 - 600, "the certificate of CN=soon expires in 13 days, on DATE"),
        ("now", 600, "the certificate of CN=now expires in less than a day, on DATE"),
        ("over", -600, "the certificate of CN=over has expired, on DATE"),
        ("good", 14 * 86_400 + 600, nil),
    ])
    func `a certificate that has 14 days left or fewer`(
        _ name: String, _ seconds: Int, _ warning: String?
    ) {
        check.use(Check.authority.issue(name, names: "DNS:mx.example", until: seconds))
        #expect(complaints() == (warning.map { ["warning: \($0)"] } ?? []))
        #expect(check.run().status == 0)
    }

    @Test func `a certificate from the future`() {
        check.use(Check.authority.issue("early", names: "DNS:mx.example", from: 600))
        #expect(complaints() == ["warning: the certificate of CN=early is not valid before DATE"])
    }

    @Test func `a certificate for nobody, or for another name`() {
        let warning =
            "the certificate is not for mx.example, so clients that know us by that name refuse it"
        check.use(Check.authority.issue("other", names: "DNS:other.example"))
        expectOnly(warning)
        check.use(Check.authority.issue("mx2.example", names: nil))
        expectOnly(warning)
        check.use(Check.authority.issue("wild", names: "DNS:*.mx.example"))
        #expect(complaints(["--hostname=a.mx.example"]) == [])
        expectOnly(warning)
    }

    @Test func `a certificate that vouches for itself`() {
        check.use(selfSignedFor: "mx.example")
        expectOnly("the certificate is self-signed: only clients that were told about it accept it")
    }

    @Test func `a chain out of order, and one with an authority that has expired`() {
        func chain(_ authority: String, _ name: String) {
            let files = [Check.certificate.certificateFile, authority]
            check.environment["MP_SMTP_TLS_CERT"] = check.directory.write(
                files.map { textOfFile($0) ?? "" }.joined(), to: name)
        }
        chain(Check.authority.certificateFile, "right.pem")
        #expect(complaints() == [])
        chain(TestCertificate.shared.certificateFile, "wrong.pem")
        expectOnly(
            "the chain is broken: each certificate should be followed by that of its issuer")
        let expired = Check.authority.issue("stale", names: nil, until: -600)
        chain(expired.certificateFile, "expired.pem")
        #expect(complaints().contains("warning: the certificate of CN=stale has expired, on DATE"))
    }

    @Test func `an authority for client certificates that has expired is told of once`() {
        let expired = Check.authority.issue("stale ca", names: nil, until: -600)
        let text = textOfFile(expired.certificateFile) ?? ""
        let file = check.directory.write(text + text, to: "ca.pem")
        #expect(
            complaints(["--smtp-tls-client-auth=request", "--smtp-tls-client-ca", file]) == [
                "warning: the certificate of CN=stale ca has expired, on DATE"
            ])
    }

    // MARK: - Secrets

    @Test func `secrets that everybody can read`() {
        let (key, users) = (check.directory.file("key"), check.directory.file("users"))
        check.directory.write(textOfFile(Check.certificate.keyFile) ?? "", to: "key")
        let hash = Command(["mkpasswd", "-m", "yescrypt", "pencil"]).outputText
        check.directory.write("tim:\(hash)", to: "users")
        check.environment["MP_SMTP_TLS_KEY"] = key
        let tickets = check.directory.write(String(repeating: "x", count: 80), to: "tickets")
        let arguments = ["--smtp-auth-file", users, "--smtp-tls-ticket-key", tickets]
        for (path, name) in [
            (key, "the private key"), (users, "the auth file"), (tickets, "the ticket key"),
        ] {
            // Its group may: that is how a service reads what root renews.
            chmod(path, 0o640)
            #expect(complaints(arguments) == [])
            chmod(path, 0o644)
            expectOnly("\(name) can be read by everybody on this machine: \(path)", arguments)
            chmod(path, 0o600)
        }
    }

    @Test func `weak hashes`() {
        check.environment["MP_SMTP_AUTH"] = "tim:{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o="
        expectOnly(
            "weak hashes in MP_SMTP_AUTH (SHA): who gets hold of them soon has the passwords")
    }

    @Test(arguments: [
        ("tim:pencil", "1 user has a password in plain text in MP_SMTP_AUTH"),
        (
            "tim:pencil tom:ab7Hg./jKLm0x",
            "2 users have passwords in plain text in MP_SMTP_AUTH, 1 of them like a hash of DES crypt,"
                + " which is taken as the password"
        ),
    ])
    func `passwords in plain text`(_ users: String, _ warning: String) {
        check.environment["MP_SMTP_AUTH"] = users
        expectOnly(warning)
    }

    @Test func `a log of the keys of TLS`() {
        let file = check.directory.write("", to: "keys", mode: 0o666)
        expectOnly(
            "what can decrypt TLS is written to \(file) (--smtp-tls-keylog)",
            ["--smtp-tls-keylog", file])
    }

    // MARK: - The surroundings

    @Test func `a Maildir in memory`() {
        let shared = TemporaryDirectory(in: "/dev/shm")
        if World.isRoot { chown(shared.path, 65_534, 65_534) }
        expectOnly(
            "the Maildir is in memory (tmpfs): messages do not survive a restart",
            ["--maildir", shared.file("Maildir")])
    }

    @Test func `a log file that cannot be written`() {
        expectOnly(
            "--log-file: open /no/such: No such file or directory (errno 2); the log goes elsewhere",
            ["--log-file=/no/such"])
        let file = check.directory.write("", to: "log", mode: 0o666)
        #expect(complaints(["--log-file", file]) == [])
    }

    @Test func `failures on purpose`() {
        expectOnly(
            "failures are made on purpose: Sender:451:5, StartTLS:454:first2",
            ["--chaos-triggers=Sender:451:5,Recipient:451:0,StartTLS:454:first2"])
        #expect(complaints(["--chaos-triggers=Sender:451:0"]) == [])
    }
}
