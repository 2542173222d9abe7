/// What a client is told about the server that it is to deliver to.
package struct ClientSurroundings: Equatable, Sendable {
    package var host: String
    package var port: UInt16
    /// The file with the authority that it is to trust, in PEM.
    package var authorityFile: String
    /// Empty where no login is offered.
    package var user: String
    package var password: String
    package var scenario: String
    /// The directory of the whole run, which is removed at its end.
    package var directory: String

    package init(
        host: String, port: UInt16, authorityFile: String, user: String, password: String,
        scenario: String, directory: String
    ) {
        self.host = host
        self.port = port
        self.authorityFile = authorityFile
        self.user = user
        self.password = password
        self.scenario = scenario
        self.directory = directory
    }

    /// By the names that stand for them in arguments.
    var values: [(name: String, value: String)] {
        [
            ("host", host), ("port", "\(port)"), ("ca", authorityFile), ("user", user),
            ("password", password), ("scenario", scenario), ("dir", directory),
        ]
    }

    /// The environment with our variables in place of any that it has by their names.
    func environment(over inherited: [String: String]) -> [String: String] {
        var environment = inherited
        for (name, value) in values { environment["MAILPIT_\(name.uppercased())"] = value }
        for name in Self.authorityVariables { environment[name] = authorityFile }
        return environment
    }

    /// Those by which OpenSSL, curl, Node.js and Python's requests are told of authorities.
    private static let authorityVariables = [
        "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE",
    ]
}
