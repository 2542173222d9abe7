// swift-tools-version: 6.2
import PackageDescription

/// Tests drive C libraries and raw descriptors too freely for `.strictMemorySafety()`.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
let strict = common + [.strictMemorySafety()]

/// Whether the session's program is compiled as Embedded Swift, which needs no runtime to be started.
/// `scripts/build` asks for it. Tests, and whatever is not the session's program, are ordinary Swift
/// made of the same sources.
let isEmbedded = Context.environment["MAILPIT_EMBEDDED"] == "1"
let sessionSettings = strict + (isEmbedded ? [.enableExperimentalFeature("Embedded")] : [])
/// Embedded Swift comes without a module for the C library, so there is one of ours.
let libc: [Target.Dependency] = isEmbedded ? ["Glibc"] : []

/// A module of the product, its sources in `Sources/NAME`.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], linking: [LinkerSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies + libc, swiftSettings: sessionSettings,
        linkerSettings: linking)
}

/// The tests of a module, in `Tests/NAMETests`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"],
        swiftSettings: common)
}

let package = Package(
    name: "mailpit",
    products: [
        .executable(name: "mailpit", targets: ["mailpit"]),
        .executable(name: "mailpit-verify", targets: ["mailpit-verify"]),
    ],
    targets: [
        // What Swift cannot import by itself: module maps and shim headers, nothing else. libcrypto is
        // linked before libssl, as libraries are searched in that order: most symbols are in it, and
        // a session takes 170,000 instructions less.
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CIDN"),

        module("Notation"),
        module("SMTP", ["Notation"]),
        module("POSIX", ["Notation", "CLinux"]),
        module("TLS", ["Notation", "POSIX", "COpenSSL"], linking: [.linkedLibrary("ssl")]),
        module("SASL", ["Notation", "POSIX", "COpenSSL", "CCrypt", "CIDN"]),
        module("Maildir", ["Notation", "POSIX", "CLinux"]),
        module("Activation", ["Notation", "POSIX"]),
        module("Journal", ["Notation", "POSIX", "CLinux"]),
        module("Sandbox", ["POSIX", "CLinux"]),
        .executableTarget(
            name: "mailpit",
            dependencies: [
                "Notation", "SMTP", "POSIX", "TLS", "SASL", "Maildir", "Activation", "Journal",
                "Sandbox", "CLinux",
            ] + libc,
            swiftSettings: sessionSettings),

        // What judges a client; nothing of it is in the session's program.
        module("Forge", ["POSIX", "COpenSSL"]),
        module("Verify", ["Notation", "SMTP", "POSIX", "TLS", "Forge", "CLinux"]),
        .executableTarget(
            name: "mailpit-verify", dependencies: ["Verify"], swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["POSIX", "COpenSSL"], path: "Tests/TestSupport",
            swiftSettings: common),
        // Enters the sandbox and tries one thing in it, as the tests themselves could not go on.
        .executableTarget(
            name: "SandboxProbe", dependencies: ["Sandbox", "POSIX", "CLinux"],
            path: "Tests/SandboxProbe", swiftSettings: common),
        // The client of scripts/bench; it is not installed.
        .executableTarget(
            name: "smtpload", dependencies: ["TestSupport", "POSIX", "COpenSSL"],
            path: "scripts/bench.d/smtpload", swiftSettings: common),
        tests("Notation", ["Notation"]),
        tests("SMTP", ["SMTP", "Notation"]),
        tests("POSIX", ["POSIX"]),
        tests("TLS", ["TLS", "POSIX", "COpenSSL"]),
        tests("SASL", ["SASL", "Notation", "POSIX", "COpenSSL"]),
        tests("Maildir", ["Maildir", "POSIX"]),
        tests("Activation", ["Activation", "POSIX"]),
        tests("Journal", ["Journal", "POSIX"]),
        tests("Sandbox", ["Sandbox", "POSIX", "SandboxProbe", "CLinux"]),
        tests("Mailpit", ["mailpit"]),
        tests("Forge", ["Forge"]),
        tests("Verify", ["Verify", "SMTP", "POSIX", "TLS", "Forge", "COpenSSL"]),
        tests("EndToEnd", ["POSIX"]),
        tests("SMTPLoad", ["smtpload"]),
        // What scripts/fuzz compiles by itself. There is no test in it; it is here so that each build of the
        // tests sees whether it compiles.
        .testTarget(
            name: "Fuzz",
            dependencies: ["SMTP", "POSIX", "TLS", "SASL", "Activation", "Journal", "mailpit"],
            path: "Tests/Fuzz", swiftSettings: common),
    ]
)

// A full run of scripts/test makes the tests in two halves: those that run under the address sanitizer, and
// the others. Each is built with what it needs.
let half = Context.environment["MAILPIT_TESTS"]
let sanitized: Set = [
    "NotationTests", "SMTPTests", "POSIXTests", "TLSTests", "SASLTests", "MaildirTests",
    "ActivationTests", "JournalTests", "MailpitTests",
]
if half == "others" { package.targets.removeAll { sanitized.contains($0.name) } }
if half == "sanitized" {
    let needless: Set = ["Forge", "Verify", "mailpit-verify", "SandboxProbe", "smtpload"]
    package.targets.removeAll { target in
        target.type == .test && !sanitized.contains(target.name) || needless.contains(target.name)
    }
    package.products.removeAll { needless.contains($0.name) }
}

if isEmbedded {
    package.targets += [
        .systemLibrary(name: "CGlibc"),
        .target(name: "Glibc", dependencies: ["CGlibc"], swiftSettings: sessionSettings),
    ]
}
