import Glibc
import SASL
import SMTP
import TLS
import TestSupport
import Testing

@testable import mailpit

@Suite struct SettingsTests {
    private func settings(_ values: [Option.Name: String]) throws -> Settings {
        var all = OptionValues()
        let presets: [Option.Name: String] = [
            .maildir: "/m", .hostname: "mx.example", .tlsCertificate: "/c", .tlsKey: "/k",
        ]
        for (name, text) in presets.merging(values, uniquingKeysWith: { $1 }) where text != "-" {
            all[name] = OptionValues.Value(text: text, source: "--x")
        }
        return try Settings(all)
    }

    @Test func `what nobody chooses has its default`() throws {
        let settings = try settings([:])
        #expect(settings.session.tls == .required)
        #expect(settings.session.limits == Limits())
        #expect(settings.session.limits.recipients == 100)
        #expect(settings.session.limits.messageOctets == 50 << 20)
        #expect(settings.timeoutSeconds == 300)
        var tls = TLSConfiguration()
        tls.serviceName = "mx.example"
        #expect(settings.tls == tls)
        #expect(settings.tls.minimumVersion == .v1_2)
        #expect(settings.tls.maximumVersion == .v1_3)
        #expect(settings.session.label == nil)
        #expect(settings.session.recipients == .all)
        #expect(!settings.session.refusesDoubleCarriageReturns)
    }

    @Test(arguments: [
        ("1", 1), ("300", 300), ("2147483647", 2_147_483_647), ("007", 7),
    ]) func `a timeout is a number of seconds`(text: String, seconds: Int64) throws {
        #expect(try settings([.timeout: text]).timeoutSeconds == seconds)
    }

    @Test(arguments: [
        "", "0", "-1", "+1", " 1", "1s", "0x10", "2147483648", "99999999999999999999",
    ])
    func `no other timeout is taken`(text: String) {
        #expect(throws: ConfigurationError.self) { try settings([.timeout: text]) }
    }

    @Test func `a PROXY header is required only where it is asked for`() throws {
        #expect(try !settings([:]).requiresProxyHeader)
        #expect(try settings([.proxyProtocol: "true"]).requiresProxyHeader)
        #expect(try !settings([.proxyProtocol: "off"]).requiresProxyHeader)
        #expect(throws: ConfigurationError.self) { try settings([.proxyProtocol: "2"]) }
    }

    @Test func `a size of 0 is no limit, and a MiB is 2 to the 20th`() throws {
        #expect(try settings([.maximumMessageSize: "0"]).session.limits.messageOctets == nil)
        #expect(try settings([.maximumMessageSize: "1"]).session.limits.messageOctets == 1_048_576)
        let largest = try settings([.maximumMessageSize: "4294967295"])
        #expect(largest.session.limits.messageOctets == 4_294_967_295 << 20)
        #expect(throws: ConfigurationError.self) {
            try settings([.maximumMessageSize: "4294967296"])
        }
    }

    @Test func `recipients are one at least`() throws {
        #expect(try settings([.maximumRecipients: "1"]).session.limits.recipients == 1)
        #expect(throws: ConfigurationError.self) { try settings([.maximumRecipients: "0"]) }
    }

    @Test func `how TLS is dealt with follows from three flags and the certificate`() throws {
        let none: [Option.Name: String] = [.tlsCertificate: "-", .tlsKey: "-"]
        func policy(_ values: [Option.Name: String]) throws -> Session.Configuration.TLS {
            try settings(values).session.tls
        }
        #expect(try policy([.tlsRequired: "true"]) == .required)
        #expect(try policy([.requireSTARTTLS: "true"]) == .required)
        #expect(try policy([.tlsRequired: "false"]) == .optional)
        #expect(try policy([.requireSTARTTLS: "false"]) == .optional)
        #expect(try policy(none.merging([.tlsRequired: "false"]) { $1 }) == .unavailable)
        #expect(try policy([.implicitTLS: "true"]) == .implicit)
        #expect(try policy([.implicitTLS: "true", .tlsRequired: "false"]) == .implicit)
        #expect(try policy([.implicitTLS: "false"]) == .required)
        #expect(throws: ConfigurationError.self) { try policy(none) }
        #expect(throws: ConfigurationError.self) {
            try policy([.implicitTLS: "true", .tlsRequired: "true"])
        }
        #expect(throws: ConfigurationError.self) {
            try policy([.implicitTLS: "true", .requireSTARTTLS: "true"])
        }
        #expect(throws: ConfigurationError.self) {
            try policy([.tlsRequired: "true", .requireSTARTTLS: "false"])
        }
    }

    @Test func `a certificate comes from two files, or is made for names`() throws {
        func source(_ certificate: String, _ key: String) throws -> Settings.CertificateSource? {
            try settings([.tlsCertificate: certificate, .tlsKey: key]).certificate
        }
        #expect(try source("/c", "/k") == .files(certificate: "/c", key: "/k"))
        for (certificate, key) in [("sans:a,::1", "-"), ("-", "sans:a,::1")] {
            #expect(try source(certificate, key) == .selfSigned(["a", "::1"]))
        }
        #expect(try source("sans:a,::1", "sans:a,::1") == .selfSigned(["a", "::1"]))
        // Whoever makes it finds that these are no names.
        #expect(try source("sans:", "-") == .selfSigned([""]))
        #expect(try source("sans:,a,", "-") == .selfSigned(["", "a", ""]))
        #expect(try source("SANS:a", "/k") == .files(certificate: "SANS:a", key: "/k"))
        for (certificate, key) in [
            ("sans:a", "/k"), ("/c", "sans:a"), ("sans:a", "sans:b"), ("/c", "-"), ("-", "/k"),
        ] {
            #expect(throws: ConfigurationError.self) { try source(certificate, key) }
        }
    }

    @Test func `names and labels hold nothing that could end a line`() throws {
        #expect(try settings([.label: "staging (2)"]).session.label == "staging (2)")
        #expect(try settings([.label: ""]).session.label == nil)
        #expect(try settings([.label: String(repeating: "l", count: 200)]).session.label != nil)
        for label in ["a\r\nb", "ü", "\u{0}", String(repeating: "l", count: 201)] {
            #expect(throws: ConfigurationError.self) { try settings([.label: label]) }
        }
        #expect(try settings([.hostname: "[192.0.2.1]"]).hostname == "[192.0.2.1]")
        for hostname in ["", "a b", "a\nb", "ü", String(repeating: "h", count: 256)] {
            #expect(throws: ConfigurationError.self) { try settings([.hostname: hostname]) }
        }
    }

    @Test func `client certificates need an authority`() throws {
        let tls = try settings([.tlsClientCA: "/ca", .tlsClientAuthentication: "request"]).tls
        #expect(tls.clientAuthentication == .request)
        #expect(tls.clientCAFile == "/ca")
        #expect(throws: ConfigurationError.self) {
            try settings([.tlsClientAuthentication: "require"])
        }
        #expect(try settings([.tlsClientAuthentication: "none"]).tls.clientAuthentication == .none)
    }

    @Test func `tickets and a key log are for those who give a file`() throws {
        let tls = try settings([.tlsTicketKey: "/t", .tlsKeyLog: "/l", .hostname: "a"]).tls
        #expect(tls.ticketKeyFile == "/t")
        #expect(tls.keyLogFile == "/l")
        #expect(tls.serviceName == "a")
    }

    @Test func `recipients are asked for only where there is a choice`() throws {
        #expect(
            try settings([.allowedRecipients: "x"]).session.recipients == .checkedRefusingOthers)
        #expect(
            try settings([.allowedRecipients: "x", .ignoreRejectedRecipients: "true"])
                .session.recipients == .checkedDroppingOthers)
        #expect(try settings([.ignoreRejectedRecipients: "true"]).session.recipients == .all)
    }

    // MARK: AUTH

    @Test func `without credentials there is no AUTH`() throws {
        let settings = try settings([.authMechanisms: "PLAIN", .authAllowInsecure: "true"])
        #expect(settings.authentication == nil)
        #expect(settings.session.authentication == .unavailable)
    }

    @Test func `an auth file makes AUTH mandatory, anything else leaves it to the client`() throws {
        let file = try settings([.authFile: "/u"])
        #expect(file.authentication == AuthenticationSettings(source: .file("/u")))
        #expect(file.session.authentication == .required)
        #expect(file.session.tls == .required)
        let any = try settings([.authAcceptAny: "true"])
        #expect(any.authentication == AuthenticationSettings(source: .anything))
        #expect(any.session.authentication == .optional)
        let certificates = try settings([.tlsClientCA: "/ca", .tlsClientAuthentication: "request"])
        #expect(certificates.authentication == AuthenticationSettings(source: .certificates))
        #expect(certificates.session.authentication == .optional)
    }

    @Test(
        arguments: [
            [.authFile: "/u", .authAcceptAny: "true"],
            [.authFile: "/u", .tlsRequired: "false"],
            [.authFile: "/u", .tlsRequired: "false", .tlsCertificate: "-", .tlsKey: "-"],
            [.authMechanisms: "PLAIN,XYZ"], [.authMechanisms: ","], [.authAcceptAny: "maybe"],
            [.authAllowInsecure: "maybe"],
        ] as [[Option.Name: String]])
    func `credentials that contradict or would travel in plaintext are refused`(
        _ values: [Option.Name: String]
    ) {
        #expect(throws: ConfigurationError.self) { try settings(values) }
    }

    @Test func `AUTH without TLS is allowed where TLS is not required, and only there`() throws {
        let optional = try settings([
            .authFile: "/u", .tlsRequired: "false", .authAllowInsecure: "true",
        ])
        #expect(optional.authentication?.allowsPlaintext == true)
        #expect(optional.authentication?.warning == nil)
        for values: [Option.Name: String] in [[:], [.tlsRequired: "true"], [.implicitTLS: "true"]] {
            let required = try settings(
                values.merging([.authFile: "/u", .authAllowInsecure: "true"]) { $1 })
            #expect(required.authentication?.allowsPlaintext == false)
            #expect(
                required.authentication?.warning
                    == "--smtp-auth-allow-insecure has no effect while TLS is required")
        }
        let any = try settings([.authAcceptAny: "true", .tlsRequired: "false"])
        #expect(any.authentication?.allowsPlaintext == false)
    }

    @Test func `mechanisms are a list`() throws {
        let settings = try settings([.authAcceptAny: "on", .authMechanisms: "login,xoauth2"])
        #expect(settings.authentication?.restriction == [.xoauth2, .login])
    }
}
