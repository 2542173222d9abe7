/// How much a record matters, as syslog(3) counts it: the lower, the more.
package enum Priority: Int, Sendable {
    case error = 3
    case warning
    case notice
    case info
    case debug
}
