import TestSupport
import Testing

/// What `mailpit check` says of options that are allowed and yet not what one wants.
@Suite struct CheckOptionWarningTests {
    private let check = Check()

    @Test(arguments: [
        (["--smtp-tls-required=false"], "TLS is not required, so mail may come in plaintext"),
        (
            ["--smtp-tls-min-version=1.1"],
            "TLS below 1.2 is spoken, which is not safe any more (RFC 8996)"
        ),
        (
            ["--smtp-auth-accept-any", "--smtp-auth-allow-insecure"],
            "--smtp-auth-allow-insecure has no effect while TLS is required"
        ),
        (["--smtp-auth-allow-insecure"], "--smtp-auth-allow-insecure has no effect without AUTH"),
        (["--smtp-auth-mechanisms=PLAIN"], "--smtp-auth-mechanisms has no effect without AUTH"),
        (
            ["--smtp-auth-accept-any", "--smtp-auth-mechanisms=SCRAM-SHA-256"],
            "no mechanism of AUTH is left to be offered"
        ),
        (
            ["--smtp-ignore-rejected-recipients"],
            "--smtp-ignore-rejected-recipients has no effect without --smtp-allowed-recipients"
        ),
        (["--enable-chaos"], "--enable-chaos has no effect without --chaos-triggers"),
        (["--enable-chaos=false"], "--enable-chaos has no effect without --chaos-triggers"),
        (
            ["--enable-chaos=false", "--chaos-triggers=Sender:451:5"],
            "--chaos-triggers has no effect with --enable-chaos=false"
        ),
        (
            ["--smtp-tls-min-version=1.3", "--smtp-tls-ciphers=AES128-SHA"],
            "--smtp-tls-ciphers has no effect above TLS 1.2"
        ),
        (
            [
                "--smtp-tls-max-version=1.2",
                "--smtp-tls-ciphersuites=TLS_AES_128_GCM_SHA256",
            ], "--smtp-tls-ciphersuites has no effect below TLS 1.3"
        ),
        (["-q", "-v"], "--quiet has no effect beside --verbose"),
        (["--verbose", "--quiet=yes"], "--quiet has no effect beside --verbose"),
    ])
    func `an option may have no effect, or a bad one`(_ arguments: [String], _ warning: String) {
        let ended = check.run(arguments)
        #expect(ended.errors == "warning: \(warning)\n")
        #expect(ended.output.isEmpty == false)
        #expect(ended.status == 0)
    }

    @Test(arguments: [
        ["--smtp-auth-allow-insecure=no"], ["--smtp-ignore-rejected-recipients=off"],
        ["--smtp-ignore-rejected-recipients", "--smtp-allowed-recipients=x"],
        ["--smtp-tls-min-version=1.2", "--smtp-tls-ciphers=ECDHE-ECDSA-AES128-GCM-SHA256"],
        ["--smtp-auth-accept-any", "--smtp-auth-mechanisms=PLAIN"], ["--verbose"],
        ["--smtp-disable-rdns"], ["--smtp-tls-ciphersuites=TLS_AES_128_GCM_SHA256"],
    ])
    func `where it has one there is nothing to say`(_ arguments: [String]) {
        #expect(check.run(arguments).errors == "")
    }

    @Test func `authorities for certificates that nobody is asked for`() {
        check.environment["MP_SMTP_TLS_CLIENT_CA"] = Check.authority.certificateFile
        #expect(
            check.complaints() == [
                "warning: MP_SMTP_TLS_CLIENT_CA has no effect without --smtp-tls-client-auth"
            ])
        #expect(check.complaints(["--smtp-tls-client-auth=request"]) == [])
    }

    @Test func `options of TLS where there is no certificate`() {
        check.environment["MP_SMTP_TLS_CERT"] = nil
        check.environment["MP_SMTP_TLS_KEY"] = nil
        let plain = "--smtp-tls-required=false"
        let warning = "warning: there is no TLS, so mail comes in plaintext"
        #expect(check.complaints([plain]) == [warning])
        for option in [
            "--smtp-tls-min-version=1.2", "--smtp-tls-max-version=1.3", "--smtp-tls-ciphers=x",
            "--smtp-tls-groups=x", "--smtp-tls-ticket-key=/dev/zero",
        ] {
            let name = option.prefix { $0 != "=" }
            let complaints = check.complaints([plain, option])
            #expect(complaints.contains("warning: \(name) has no effect without a certificate"))
        }
    }

    @Test func `an auth file that nobody gets in by`() {
        let scram = Command(["mkpasswd", "-m", "yescrypt", "pencil"]).outputText
        let users = check.directory.write("tim:\(scram)", to: "users")
        let arguments = ["--smtp-auth-file", users, "--smtp-auth-mechanisms=SCRAM-SHA-256"]
        #expect(
            check.complaints(arguments) == [
                "warning: no mechanism of AUTH is left to be offered, so nobody can send mail"
            ])
    }

    @Test func `passwords in plaintext`() {
        #expect(
            check.complaints([
                "--smtp-tls-required=no", "--smtp-auth-accept-any", "--smtp-auth-allow-insecure",
            ]) == [
                "warning: TLS is not required, so mail may come in plaintext",
                "warning: passwords may come in plaintext (--smtp-auth-allow-insecure)",
            ])
    }
}
