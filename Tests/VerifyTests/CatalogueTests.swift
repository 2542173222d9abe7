import Testing

@testable import Verify

struct CatalogueTests {
    @Test func `the scenarios stand in the order in which they are run`() {
        let ids = """
            works auth-not-offered starttls-stripped starttls-stripped-auth starttls-454 starttls-502
            starttls-354 starttls-250 plaintext-after-220 ehlo-refused handshake-alert
            handshake-closed auth-before-tls cert-expired cert-self-signed cert-unknown-ca
            cert-wrong-host cert-similar-host cert-leaf-as-ca cert-future cert-cn-not-san cert-parent
            cert-wildcard-star cert-wildcard-two-labels cert-wildcard-part cert-eku-client
            cert-critical cert-rsa1024 cert-sha1 cert-cn-only cert-wildcard tls-1.2-only tls-1.3-only
            tls-1.0-only tls-1.1-only injected-reply forged-session forged-session-auth
            injected-fragment auth-gone-after-tls greeting-421 greeting-closed auth-535 rcpt-550
            rcpt-451 data-554 dropped-after-dot truncated-250 size-exceeded temporary-then-ok
            lost-answer long-greeting lower-case-ehlo slow-greeting slow-handshake
            """
        #expect(
            Catalogue.all.map(\.id) == ids.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    private static func skipped(_ change: (inout StageOptions) -> Void) -> [String] {
        var options = StageOptions(host: "mx.mailpit.test", certificateDirectory: "")
        change(&options)
        return Catalogue.all.filter { $0.reasonToSkip(options) != nil }.map(\.id)
    }

    @Test func `nothing is skipped of a server with STARTTLS, AUTH and a name of three labels`() {
        #expect(Self.skipped { _ in } == [])
    }

    @Test func `implicit TLS leaves out what happens in plaintext`() {
        let plaintext = Catalogue.all.filter { [.downgrade, .injection].contains($0.group) }
        #expect(
            Self.skipped { $0.tls = .implicit } == ["auth-not-offered"] + plaintext.map(\.id))
    }

    @Test func `without AUTH what is about it is left out`() {
        #expect(
            Self.skipped { $0.mechanisms = [] } == [
                "auth-not-offered", "starttls-stripped-auth", "auth-before-tls",
                "forged-session-auth", "injected-fragment", "auth-gone-after-tls", "auth-535",
            ])
    }

    @Test(arguments: ["localhost", "mailpit.test", "127.0.0.1"])
    func `a name of fewer than three labels leaves out what is made of them`(host: String) {
        #expect(
            Self.skipped { $0.host = host } == [
                "cert-parent", "cert-wildcard-star", "cert-wildcard-two-labels",
                "cert-wildcard-part", "cert-wildcard",
            ])
    }
}
