/// What a record is about. The name is what operators filter by, and never changes its meaning.
package enum Event: String, CaseIterable, Sendable {
    case sessionOpened = "session-opened"
    case sessionClosed = "session-closed"
    /// The certificate needs attention.
    case certificate
    case tlsEstablished = "tls-established"
    case tlsFailed = "tls-failed"
    case startTLSInjection = "starttls-injection"
    case authSucceeded = "auth-ok"
    case authFailed = "auth-failed"
    case messageStored = "message-stored"
    case messageRejected = "message-rejected"
    case storageError = "storage-error"
    case timeout
    case protocolError = "protocol-error"
    case configError = "config-error"
    case chaos
    case sandbox
    /// A line that the client sent, or a reply.
    case dialogue
    /// A log file cannot be used, so that records go elsewhere.
    case logFailed = "log-failed"

    /// The 128-bit identifier by which the journal's catalog explains the event
    /// (`systemd/mailpit.catalog`): 32 hexadecimal digits. systemd.journal-fields(7): MESSAGE_ID=
    var messageID: String {
        switch self {
        case .sessionOpened: "4783d31c5d2b4ad7b3afa72246ebca41"
        case .sessionClosed: "873805b4f5874cc6a647054e7550947d"
        case .certificate: "861650b8ff4e4e7796f93049f3c3e625"
        case .tlsEstablished: "6e99d140854842b8bd9e83d1cca6e9bd"
        case .tlsFailed: "30c9b6c84f384faaaceb88a233830a6b"
        case .startTLSInjection: "d3f7500db36e44fdaa56f8c790beb0e3"
        case .authSucceeded: "04aa49852c76432f90c5547aebfcaf63"
        case .authFailed: "55cdaf5dbf3344c1848f2f47081aa323"
        case .messageStored: "7211ce3c91dc45eba4cc2c19b80c9490"
        case .messageRejected: "73b7b772f77148c28ce542fc50e25825"
        case .storageError: "24ede30e7768431fbffe2ae31c7e0511"
        case .timeout: "b41887c474454f09bb347d989d7cdbc5"
        case .protocolError: "b81dfc5564ca4939a84ed04778d02e2b"
        case .configError: "0146ee38ec4c4b9b92d58535184fd97c"
        case .chaos: "ee576a05e97042ec9862be412f4fe758"
        case .sandbox: "4f4e650c5f4d4852b3404b829c988301"
        case .dialogue: "824ee8c9121248d9be6bd14467fe334c"
        case .logFailed: "092c40402d6649b3955738690a12ec2c"
        }
    }
}

/// How much a record matters, as syslog(3) counts it: the lower, the more.
package enum Priority: Int, Sendable {
    case error = 3
    case warning
    case notice
    case info
    case debug
}
