import Foundation
import POSIX
import TestSupport
import Testing

/// The errors of `mailpit check`: those that a session ends with, and all of them at once.
@Suite struct CheckErrorTests {
    private let check = Check()

    @Test(arguments: ConfigurationTests.faults)
    func `what ends a session is an error, in the same words`(_ fault: ConfigurationTests.Fault) {
        if !fault.hasCertificate {
            check.environment["MP_SMTP_TLS_CERT"] = nil
            check.environment["MP_SMTP_TLS_KEY"] = nil
        }
        check.environment.merge(fault.environment) { $1 }
        let ended = check.run(fault.arguments)
        #expect(ended.status == 78)
        let errors = ended.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
        #expect(errors.contains { $0.contains(fault.reason) }, "\(ended.errors)")
        #expect(ended.outputText.contains(#/result: [1-9] errors?, /#))
    }

    @Test(arguments: [
        (["stray"], "error: unexpected argument stray"),
        (["check"], "error: unexpected argument check"), ([""], "error: unexpected argument "),
        (["--", "--quiet"], "error: unexpected argument --quiet"),
        (["--no-such"], "error: unknown option --no-such"),
    ])
    func `what it does not know is an error, and the rest is looked at`(
        _ arguments: [String], _ error: String
    ) {
        let ended = check.run(arguments)
        #expect(ended.status == 78)
        #expect(ended.errors == "\(error)\n")
        #expect(ended.outputText.hasSuffix("result: 1 error, no warnings\n"))
        #expect(ended.outputText.contains("maildir: "))
    }

    @Test func `the word stands before all options`() {
        let ended = Command(
            [Mailpit.binary, "--quiet", "check"], environment: check.environment)
        #expect(ended.status == 78)
        #expect(ended.errors.contains(" config-error: unexpected argument check"))
    }

    @Test func `errors of all kinds are told at once`() {
        let nowhere = check.directory.file("nowhere")
        check.environment["MP_SMTP_TLS_KEY"] = TestCertificate.shared.keyFile
        let ended = check.run([
            "--smtp-auth-file", nowhere, "--maildir", "/proc/nowhere", "--smtp-tls-ticket-key",
            nowhere, "--smtp-tls-client-ca", nowhere, "--smtp-tls-client-auth=require",
            "--smtp-allowed-recipients=(", "--smtp-tls-keylog=\(nowhere)/x",
            "--chaos-triggers=Sender=(:451:100",
        ])
        #expect(ended.status == 78)
        let errors = ended.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
        for reason in [
            "reading the private key \(TestCertificate.shared.keyFile): the key does not match",
            "auth file: open \(nowhere): No such file", "mkdir /proc/nowhere: ",
            "reading the ticket keys \(nowhere): open: No such file",
            "reading the client certificate authorities \(nowhere): open: No such file",
            "--smtp-allowed-recipients: \"(\": ", "opening the TLS key log \(nowhere)/x: open: No",
            "--chaos-triggers: \"Sender=(:451:100\": ",
        ] {
            #expect(errors.contains { $0.hasPrefix("error: \(reason)") }, "\(reason)")
        }
        #expect(errors.count == 8, "\(ended.errors)")
    }

    @Test func `an error in the options does not hide those in the files`() {
        let ended = check.run([
            "--smtp-timeout=0", "--smtp-tls-cert=/no/such", "--maildir=/dev/null",
        ])
        #expect(ended.status == 78)
        #expect(
            ended.errors.split(separator: "\n").map { $0.prefix(40) } == [
                "error: --smtp-timeout: \"0\" is not a numb",
                "error: reading the certificate /no/such:",
                "error: open /dev/null: Not a directory (",
            ])
    }

    @Test(.enabled(if: World.isRoot, "only root can give files away"))
    func `a Maildir that the user may not write to`() throws {
        let folder = "\(check.maildir)/new"
        try #require(chown(folder, 0, 0) == 0)
        #expect(
            check.complaints() == [
                "error: access \(folder): Permission denied (errno 13); it is kept out by"
                    + " \(folder) (mode 0700, root:root)"
            ])
        // Root may, and so does not see it.
        #expect(check.run(asRoot: true).status == 0)
    }

    @Test(.enabled(if: World.isRoot, "another user needs root"))
    func `a key that a link leads to, in a directory that is only for root`() throws {
        let archive = check.directory.file("archive")
        try #require(mkdir(archive, 0o700) == 0)
        check.directory.write(textOfFile(Check.certificate.keyFile) ?? "", to: "archive/k")
        let link = check.directory.file("key.pem")
        try #require(symlink("./archive/../archive/k", link) == 0)
        try #require(chmod(check.directory.path, 0o711) == 0)
        check.environment["MP_SMTP_TLS_KEY"] = link
        check.environment["MP_SMTP_TLS_CERT"] = check.directory.write(
            textOfFile(Check.certificate.certificateFile) ?? "", to: "cert.pem", mode: 0o644)
        let ended = Command(
            [
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Mailpit.binary,
                "check",
            ], environment: check.environment)
        #expect(
            ended.errors.split(separator: "\n").first.map { String($0) }
                == "error: reading the private key \(link): open: Permission denied (errno 13); it is"
                + " kept out by \(archive) (mode 0700, root:root)")
    }

    @Test func `a path that a shell would have to expand`() {
        let warning = "warning: MP_MAILDIR: ~ and $ are not expanded in ~/Maildir"
        check.environment["MP_MAILDIR"] = "~/Maildir"
        #expect(check.complaints().contains(warning))
        check.environment["MP_MAILDIR"] = check.maildir
        let complaints = check.complaints(["--smtp-tls-cert", "$HOME/cert.pem"])
        #expect(
            complaints == [
                "warning: --smtp-tls-cert: ~ and $ are not expanded in $HOME/cert.pem",
                "error: reading the certificate $HOME/cert.pem: open: No such file or directory"
                    + " (errno 2); the path is not absolute, and ~ and $HOME are not expanded in it",
            ])
    }

    @Test func `a counter of failures that cannot be written`() throws {
        let file = "\(check.maildir)/mailpit-chaos"
        try #require(mkdir(file, 0o700) == 0)
        let errors = check.complaints(["--chaos-triggers=StartTLS:454:first2"])
        #expect(errors.last == "error: --chaos-triggers: open \(file): Is a directory (errno 21)")
        #expect(check.complaints(["--chaos-triggers=StartTLS:454:100"]).count == 1)
    }
}
