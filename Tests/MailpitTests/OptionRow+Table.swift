import SASL
import SMTP
import Sandbox
import TLS

@testable import mailpit

extension OptionRow {
    /// A row for each option.
    static let table: [OptionRow] = general + tls + authentication + messages + operation

    private static let general: [OptionRow] = [
        .text(.maildir, preset: "/m") { $0.maildir },
        OptionRow(
            .maildirAccess, [("group", "group"), ("private", "private")], preset: "private",
            bad: ["Group", "0750"]
        ) { "\($0.maildirAccess)" },
        OptionRow(
            .hostname, [("a.example", "a.example"), ("b", "b")], preset: "mx.example",
            bad: ["a b", "ü"]
        ) { $0.hostname },
        OptionRow(.label, [("a", "a"), ("b c", "b c")], bad: ["ü", "a\nb"]) {
            $0.session.label ?? "nil"
        },
    ]

    private static let tls: [OptionRow] = [
        OptionRow(
            .tlsCertificate, [("/a", "/a /k"), ("/b", "/b /k")], preset: "/c /k", files),
        OptionRow(.tlsKey, [("/a", "/c /a"), ("/b", "/c /b")], preset: "/c /k", files),
        .flag(.tlsRequired, on: "required", off: "optional", preset: "required") {
            "\($0.session.tls)"
        },
        .flag(.requireSTARTTLS, on: "required", off: "optional", preset: "required") {
            "\($0.session.tls)"
        },
        .flag(.implicitTLS, on: "implicit", off: "required", preset: "required") {
            "\($0.session.tls)"
        },
        OptionRow(
            .tlsMinimumVersion, [("1.0", "1.0"), ("1.3", "1.3")], preset: "1.2",
            bad: ["1.4", "1", "TLSv1.2"]
        ) { $0.tls.minimumVersion.rawValue },
        OptionRow(
            .tlsMaximumVersion, [("1.1", "1.1"), ("1.2", "1.2")], preset: "1.3",
            bad: ["1.4", "x"], with: [.tlsMinimumVersion: "1.0"]
        ) { $0.tls.maximumVersion.rawValue },
        .text(.tlsCiphers) { $0.tls.ciphers }, .text(.tlsCiphersuites) { $0.tls.ciphersuites },
        .text(.tlsGroups) { $0.tls.groups }, .text(.tlsClientCA) { $0.tls.clientCAFile },
        OptionRow(
            .tlsClientAuthentication, [("request", "request"), ("require", "require")],
            preset: "none", bad: ["maybe", "Request"], with: [.tlsClientCA: "/ca"]
        ) { $0.tls.clientAuthentication.rawValue },
        .text(.tlsTicketKey) { $0.tls.ticketKeyFile }, .text(.tlsKeyLog) { $0.tls.keyLogFile },
    ]

    private static let files: @Sendable (Settings) -> String = { settings in
        guard case .files(let certificate, let key)? = settings.certificate else { return "nil" }
        return "\(certificate) \(key)"
    }

    private static let authentication: [OptionRow] = [
        .text(.authFile) { settings in
            if case .file(let path)? = settings.authentication?.source { path } else { nil }
        },
        .flag(.authAcceptAny, on: "anything", off: "nil", preset: "nil") {
            $0.authentication.map { "\($0.source)" } ?? "nil"
        },
        OptionRow(
            .authMechanisms, [("plain", "PLAIN"), ("LOGIN,PLAIN", "PLAIN LOGIN")],
            bad: ["XYZ", ",", "PLAIN;LOGIN"], with: [.authAcceptAny: "true"]
        ) {
            $0.authentication?.restriction?.map(\.rawValue).joined(separator: " ") ?? "nil"
        },
        .flag(
            .authAllowInsecure, on: "true", off: "false", preset: "false",
            with: [.authAcceptAny: "true", .tlsRequired: "false"]
        ) { "\($0.authentication?.allowsPlaintext ?? false)" },
    ]

    private static let numbers = ["-1", "+1", "x", "1.5", " 1", "0x1", "99999999999999999999"]

    private static let messages: [OptionRow] = [
        OptionRow(
            .extensions,
            [
                ("-CHUNKING,-Limits", "SIZE 8BITMIME SMTPUTF8 ENHANCEDSTATUSCODES PIPELINING"),
                (
                    "-size +dsn  -SMTPUTF8,-8bitmime -ENHANCEDSTATUSCODES,-pipelining,+SIZE,-DSN,+REQUIRETLS",
                    "SIZE LIMITS CHUNKING REQUIRETLS"
                ),
            ],
            preset: "SIZE 8BITMIME SMTPUTF8 ENHANCEDSTATUSCODES PIPELINING LIMITS CHUNKING",
            bad: [
                "-STARTTLS", "+STARTTLS", "+AUTH", "-AUTH", "CHUNKING", "-", "+", "-X",
                "+BINARYMIME",
                "--CHUNKING", "-CHUNKING;-SIZE", "-CHUNKING,DSN",
            ]
        ) { settings in
            Extensions.byKeyword.filter { settings.session.extensions.contains($0.1) }
                .map(\.keyword).joined(separator: " ")
        },
        OptionRow(
            .maximumRecipients, [("1", "1"), ("2147483647", "2147483647")], preset: "100",
            bad: numbers + ["0", "2147483648"]
        ) { "\($0.session.limits.recipients)" },
        OptionRow(
            .maximumMessageSize, [("0", "nil"), ("1", "1048576")], preset: "52428800",
            bad: numbers + ["4294967296"]
        ) { $0.session.limits.messageOctets.map { "\($0)" } ?? "nil" },
        .text(.allowedRecipients) { $0.allowedRecipients },
        .flag(
            .ignoreRejectedRecipients, on: "checkedDroppingOthers", off: "checkedRefusingOthers",
            preset: "checkedRefusingOthers", with: [.allowedRecipients: "x"]
        ) { "\($0.session.recipients)" },
        .flag(.strictRFCHeaders, on: "true", off: "false", preset: "false") {
            "\($0.session.refusesDoubleCarriageReturns)"
        },
        OptionRow(
            .timeout, [("1", "1"), ("2147483647", "2147483647")], preset: "300",
            bad: numbers + ["0", "2147483648"]
        ) { "\($0.timeoutSeconds)" },
    ]

    private static let operation: [OptionRow] = [
        .flag(
            .enableChaos, on: "Sender:451:5", off: "", preset: "Sender:451:5",
            with: [.chaosTriggers: "Sender:451:5"], triggers),
        OptionRow(
            .chaosTriggers,
            [
                ("Sender:451:5", "Sender:451:5"),
                ("Data:452:7,auth:535:first2", "Data:452:7 auth:535:first2"),
            ],
            preset: "", bad: ["x", "Sender:200:5", "Sender:451:101", "Sender:451"], triggers),
        .flag(.proxyProtocol, on: "true", off: "false", preset: "false") {
            "\($0.requiresProxyHeader)"
        },
        OptionRow(
            .sandbox, [("off", "off"), ("require", "require")], preset: "auto",
            bad: ["on", "AUTO", "true"]
        ) { $0.sandbox.rawValue },
        .elsewhere(.logFile, ["/a", "/b"]),
        .elsewhere(.logFormat, ["text", "json"], bad: ["JSON", "true"]),
        .elsewhere(.quiet, ["yes", "no"], bad: ["maybe"]),
        .flag(.verbose, on: "true", off: "false", preset: "false") {
            "\($0.session.reportsCommands)"
        },
        .elsewhere(.disableRDNS, ["yes", "no"], bad: ["maybe"]),
        .elsewhere(.help, []), .elsewhere(.version, []),
    ]

    private static let triggers: @Sendable (Settings) -> String = {
        $0.chaosTriggers.map(\.text).joined(separator: " ")
    }
}
