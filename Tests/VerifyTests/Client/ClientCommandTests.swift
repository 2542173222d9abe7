import Testing

@testable import Verify

@Suite struct ClientCommandTests {
    private static let surroundings = ClientSurroundings(
        host: "mx.example", port: 2525, authorityFile: "/tmp/ca.pem", user: "joe",
        password: "a{user}b", scenario: "works", directory: "/tmp/run")

    private func arguments(_ words: String...) -> [String] {
        ClientCommand(words).arguments(for: Self.surroundings)
    }

    @Test func `each placeholder is replaced, wherever it stands`() {
        #expect(
            arguments("{dir}/x", "smtp://{host}:{port}", "{ca}", "{user}:", "{scenario}{scenario}")
                == ["/tmp/run/x", "smtp://mx.example:2525", "/tmp/ca.pem", "joe:", "worksworks"])
    }

    @Test func `what was put in is not looked at again`() {
        #expect(arguments("{password}") == ["a{user}b"])
    }

    @Test(arguments: ["{}", "{hosts}", "{HOST}", "{host", "host}", "{ host}", "${host", "{{port"])
    func `anything else in braces stays as it is`(word: String) {
        #expect(arguments(word) == [word])
    }

    @Test func `braces around a placeholder stay`() {
        #expect(arguments("{{port}}") == ["{2525}"])
    }

    @Test func `the environment has the same, and the authority where programs look for it`() {
        let environment = Self.surroundings.environment(
            over: ["PATH": "/bin", "MAILPIT_HOST": "other", "SSL_CERT_FILE": "/other"])
        #expect(
            environment == [
                "PATH": "/bin", "MAILPIT_HOST": "mx.example", "MAILPIT_PORT": "2525",
                "MAILPIT_CA": "/tmp/ca.pem", "MAILPIT_USER": "joe",
                "MAILPIT_PASSWORD": "a{user}b", "MAILPIT_SCENARIO": "works",
                "MAILPIT_DIR": "/tmp/run", "SSL_CERT_FILE": "/tmp/ca.pem",
                "CURL_CA_BUNDLE": "/tmp/ca.pem", "NODE_EXTRA_CA_CERTS": "/tmp/ca.pem",
                "REQUESTS_CA_BUNDLE": "/tmp/ca.pem",
            ])
    }
}
