import Notation
import Testing

@testable import SASL

/// GNU SASL as the client.
@Suite struct GsaslTests {
    /// Leads gsasl through an exchange to its last step.
    func lead(
        _ mechanism: Mechanism, _ policy: Policy, user: String, password: String,
        over channel: Channel = .tls
    ) -> Exchange.Step {
        let client = Tool([
            "gsasl", "--client", "--quiet", "--no-cb", "--mechanism", mechanism.rawValue,
            "--authentication-id", user, "--password", password, "--authorization-id", "",
            "--hostname", "mx.example",
        ])
        // It begins with the name of the mechanism.
        #expect(client.line() == mechanism.rawValue)
        var exchange = Exchange(policy, over: channel)
        let isServerFirst = mechanism == .login || mechanism == .cramMD5
        var step = exchange.begin(
            mechanism, initialResponse: isServerFirst ? nil : Base64.decode(client.line().utf8))
        while case .challenge(let challenge) = step {
            client.send(text(Base64.encode(challenge)))
            // It says nothing where there is nothing to be said, as to the server's proof.
            if text(challenge).hasPrefix("v=") { return exchange.respond("") }
            step = exchange.respond(Base64.decode(client.line().utf8) ?? [])
        }
        return step
    }

    @Test(arguments: [Mechanism.plain, .login, .scramSHA256], ["tim", "jürgen", "a,b=c"])
    func `it gets in with the password`(_ mechanism: Mechanism, _ user: String) {
        let hash = Tool.line(["doveadm", "pw", "-s", "SCRAM-SHA-256", "-p", "pëncil"])
        let policy = Policy.store("\(user):\(hash)")
        #expect(
            lead(mechanism, policy, user: user, password: "pëncil") == .succeeded(user: user))
        #expect(
            lead(mechanism, policy, user: user, password: "pencil")
                == .failed("wrong password", user))
        #expect(
            lead(mechanism, policy, user: "nobody", password: "pëncil")
                == .failed("unknown user", "nobody"))
    }

    @Test func `it gets in by CRAM-MD5 where anything does`() {
        var policy = Policy.anything
        policy.restriction = [.cramMD5]
        #expect(
            lead(.cramMD5, policy, user: "tim", password: "tanstaaftanstaaf")
                == .succeeded(user: "tim"))
    }

    @Test(arguments: [Mechanism.plain, .login, .scramSHA256, .cramMD5])
    func `it gets in with a password in plain text and with no other`(_ mechanism: Mechanism) {
        var policy = Policy.store("tim:pencil")
        policy.restriction = [mechanism]
        #expect(
            lead(mechanism, policy, user: "tim", password: "pencil") == .succeeded(user: "tim"))
        #expect(
            lead(mechanism, policy, user: "tim", password: "pencils")
                == .failed("wrong password", "tim"))
    }
}
