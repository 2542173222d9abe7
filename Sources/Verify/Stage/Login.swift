/// An exchange of SASL in which every answer is right: so many challenges, then the end.
struct Login {
    private let mechanism: String
    private var round: Int

    init(_ mechanism: String, hasInitialResponse: Bool) {
        self.mechanism = mechanism
        round = hasInitialResponse ? 1 : 0
    }

    /// The next challenge; nil where the exchange is over.
    mutating func next(host: String) -> [UInt8]? {
        defer { round += 1 }
        return switch (mechanism, round) {
        case ("LOGIN", 0): Array("Username:".utf8)
        case ("LOGIN", 1): Array("Password:".utf8)
        case ("CRAM-MD5", 0): Array("<1.1@\(host)>".utf8)
        case (_, 0): []
        default: nil
        }
    }

    /// The replies of a whole exchange that a client with an initial response gets, where the
    /// mechanism has one.
    static func forged(_ mechanism: String) -> String {
        let challenges = mechanism == "LOGIN" ? "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n" : ""
        return challenges + "235 2.7.0 Authentication successful\r\n"
    }
}
