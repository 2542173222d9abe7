/// What a good client does in a scenario, as far as it can be judged.
///
/// What holds in all scenarios is not said in it: no AUTH and no MAIL in plaintext or over a bad
/// TLS, and no exit status 0 without a delivery.
package enum Expectation: Equatable, Sendable {
    /// Delivers one message and exits with 0.
    case delivers
    /// Sends neither credentials nor mail, and does not exit with 0.
    case stops
    /// Does not exit with 0: it is not answered, or refused.
    case fails
    /// Says nothing while the server keeps silent within TLS.
    case staysSilent
    /// Does not use AUTH within TLS, as the server does not offer it there.
    case sendsNoCredentials
    /// Nothing more than what holds in all scenarios.
    case isFree
}

extension Expectation {
    /// As a sentence without its subject.
    var text: String {
        switch self {
        case .delivers: "delivers the message once and exits with 0"
        case .stops: "sends neither credentials nor mail, and does not exit with 0"
        case .fails: "does not exit with 0"
        case .staysSilent: "takes nothing for an answer that came before TLS"
        case .sendsNoCredentials: "does not use AUTH, as the server does not offer it within TLS"
        case .isFree: "sends neither credentials nor mail before TLS"
        }
    }
}
