internal import Journal
internal import Maildir
internal import SASL
internal import SMTP
internal import Sandbox
internal import TLS

/// What the operator has chosen, each option by itself; as it is made, the default of every option.
///
/// How the choices go together, and what follows from what is not chosen, is for `Settings`.
struct Choices {
    var maildir: String?
    var maildirAccess = Maildir.Access.private
    var hostname: OptionValues.Value?
    var label: String?

    var certificate: String?
    var key: String?
    /// Two names of one option.
    var requiresTLS: Bool?
    var requiresSTARTTLS: Bool?
    var hasImplicitTLS = false
    var tls = TLSConfiguration()

    var authFile: String?
    var acceptsAnyCredentials = false
    var mechanisms: [Mechanism]?
    var allowsInsecureAuthentication = false

    var extensions = Extensions.standard
    var limits = Limits()
    var allowedRecipients: String?
    var dropsOtherRecipients = false
    var refusesDoubleCarriageReturns = false
    var timeoutSeconds: Int64 = 300

    /// As in Mailpit, triggers are enough to enable themselves; unlike there they can be disarmed
    /// without taking them away, though they must be right even then.
    var isChaosEnabled = true
    var chaosTriggers: [ChaosTrigger] = []

    var requiresProxyHeader = false
    var sandbox = Sandbox.Mode.auto
    var logFile: String?
    var logFormat = Journal.Format.text
    var isQuiet = false
    var isVerbose = false

    /// What the choices were made of: which options are given, and where.
    let given: OptionValues
    /// What is wrong with the first value that its option cannot take. The others count all the
    /// same: whatever is wrong, the log that they ask for should tell of it.
    private(set) var fault: ConfigurationError?

    static let requiresTLSByDefault = true

    init(_ given: OptionValues = OptionValues()) {
        self.given = given
        for (index, value) in given.values.enumerated() {
            guard let value else { continue }
            do throws(ConfigurationError) {
                try Option.table[index].apply(value, to: &self)
            } catch {
                if fault == nil { fault = error }
            }
        }
    }

    var verbosity: Journal.Verbosity { isVerbose ? .verbose : isQuiet ? .quiet : .normal }
}
