@testable import Verify

extension Mistake {
    /// The scenarios that a client with this mistake fails: these, and no others.
    var failed: Set<String> {
        switch self {
        case .goesOnWithoutSTARTTLS: ["starttls-stripped", "starttls-stripped-auth"]
        case .fallsBackToHELO: ["ehlo-refused"]
        case .goesOnAfterRefusedSTARTTLS:
            ["starttls-454", "starttls-502", "starttls-354", "starttls-250"]
        case .goesOnAfterFailedHandshake: ["plaintext-after-220"]
        case .retriesInPlaintext:
            Self.badCertificates.union([
                "plaintext-after-220", "handshake-alert", "handshake-closed", "tls-1.0-only",
                "tls-1.1-only",
            ])
        case .retriesLossInPlaintext: ["dropped-after-dot", "truncated-250", "lost-answer"]
        case .logsInBeforeTLS:
            [
                "starttls-stripped-auth", "starttls-454", "starttls-502", "starttls-354",
                "starttls-250", "plaintext-after-220", "auth-before-tls", "auth-gone-after-tls",
            ]
        case .alwaysLogsInBeforeTLS:
            Set(Catalogue.all.map(\.id))
                .subtracting(["greeting-421", "greeting-closed", "ehlo-refused"])
        case .acceptsEveryCertificate: Self.badCertificates
        case .acceptsExpired: ["cert-expired"]
        case .acceptsFuture: ["cert-future"]
        case .acceptsSelfSigned: ["cert-self-signed"]
        case .acceptsUnknownAuthority: ["cert-unknown-ca"]
        case .acceptsLeafAsAuthority: ["cert-leaf-as-ca"]
        case .acceptsCertificateOfClient: ["cert-eku-client"]
        case .acceptsUnknownCriticalExtension: ["cert-critical"]
        case .acceptsShortKey: ["cert-rsa1024"]
        case .acceptsWeakDigest: ["cert-sha1"]
        default: failedByLesserMistakes
        }
    }

    private var failedByLesserMistakes: Set<String> {
        switch self {
        case .acceptsEveryName:
            [
                "cert-wrong-host", "cert-similar-host", "cert-cn-not-san", "cert-parent",
                "cert-wildcard-star", "cert-wildcard-two-labels", "cert-wildcard-part",
                "cert-cn-only",
            ]
        case .comparesPartOfName: ["cert-similar-host"]
        case .looksAtCommonName: ["cert-cn-not-san", "cert-cn-only"]
        case .fallsBackToCommonName: ["cert-cn-only"]
        case .acceptsParent: ["cert-parent"]
        case .acceptsLoneStar: ["cert-wildcard-star"]
        case .acceptsStarForLabels: ["cert-wildcard-two-labels"]
        case .acceptsStarInLabel: ["cert-wildcard-part"]
        case .knowsNoWildcards: ["cert-wildcard"]
        case .allowsTLS1_0: ["tls-1.0-only", "tls-1.1-only"]
        case .allowsTLS1_1: ["tls-1.1-only"]
        case .lacksTLS1_2: ["tls-1.2-only"]
        case .lacksTLS1_3: ["tls-1.3-only"]
        case .keepsBuffer:
            ["injected-reply", "forged-session", "forged-session-auth", "injected-fragment"]
        case .remembersOffers: ["auth-gone-after-tls"]
        // Two of them only cannot be judged.
        case .ignoresOffers: []
        case .hidesRefusedGreeting: ["greeting-421"]
        case .hidesLoss: ["greeting-closed", "dropped-after-dot", "truncated-250"]
        case .goesOnWithoutLogin: ["auth-535"]
        case .hidesRefusedRecipient: ["rcpt-550"]
        case .hidesDeferredRecipient: ["rcpt-451", "temporary-then-ok"]
        case .ignoresFinalReply: ["data-554"]
        case .needsNoFinalReply: ["dropped-after-dot", "truncated-250"]
        case .takesPartOfReply: ["truncated-250"]
        case .hidesTooLargeMessage: ["size-exceeded"]
        case .exitsWithOne: Self.deliveries
        case .deliversTwice: ["works"]
        case .readsOneLineOfGreeting: ["long-greeting"]
        case .comparesCase: ["lower-case-ehlo"]
        case .isImpatientForGreeting: ["slow-greeting"]
        case .isImpatientForHandshake: ["slow-handshake"]
        default: []
        }
    }

    private static let badCertificates = Set(
        Catalogue.all.filter { $0.group == .certificate && $0.id != "cert-wildcard" }.map(\.id))

    private static let deliveries: Set<String> = [
        "works", "cert-wildcard", "tls-1.2-only", "tls-1.3-only", "long-greeting",
        "lower-case-ehlo", "slow-greeting", "slow-handshake",
    ]
}
