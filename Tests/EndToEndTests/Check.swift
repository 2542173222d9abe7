import Foundation
import TestSupport

/// `mailpit check` in a world in which nothing is wrong but what a test puts into it.
final class Check {
    static let authority = TestAuthority()
    static let certificate = authority.issue("mx.example", names: "DNS:mx.example")

    /// On a disk, which the directory for temporary files need not be.
    let directory = TemporaryDirectory(in: "/var/tmp")
    let maildir: String
    var environment: [String: String]

    /// The user it runs as, who owns nothing else: root would be warned of.
    private static let user: uid_t = 65_534

    init() {
        maildir = directory.file("Maildir")
        environment = [
            "MP_MAILDIR": maildir, "MP_HOSTNAME": "mx.example",
            "MP_SMTP_TLS_CERT": Self.certificate.certificateFile,
            "MP_SMTP_TLS_KEY": Self.certificate.keyFile,
        ]
        for path in [maildir] + ["cur", "new", "tmp"].map({ "\(maildir)/\($0)" }) {
            precondition(mkdir(path, 0o700) == 0)
            if World.isRoot { precondition(chown(path, Self.user, Self.user) == 0) }
        }
    }

    /// What it says and ends with.
    func run(_ arguments: [String] = [], asRoot: Bool = false) -> Command {
        // All that is left of root is to read everything, as the tests' files are not for others.
        let become = [
            "setpriv", "--reuid=\(Self.user)", "--regid=\(Self.user)", "--clear-groups",
            "--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search",
        ]
        return Command(
            (World.isRoot && !asRoot ? become : []) + [Mailpit.binary, "check"] + arguments,
            environment: environment)
    }

    /// The lines of its warnings and errors.
    func complaints(_ arguments: [String] = []) -> [String] {
        run(arguments).errors.split(separator: "\n").map { String($0) }
    }

    /// Has it use this certificate instead.
    func use(_ pair: TestAuthority.Pair) {
        environment["MP_SMTP_TLS_CERT"] = pair.certificateFile
        environment["MP_SMTP_TLS_KEY"] = pair.keyFile
    }

    /// Has it make a certificate instead.
    func use(selfSignedFor names: String) {
        environment["MP_SMTP_TLS_CERT"] = "sans:\(names)"
        environment["MP_SMTP_TLS_KEY"] = nil
    }
}
