/// How the process tells the super-server what became of the session. The numbers are those of
/// sysexits.h.
enum ExitStatus: Int32 {
    /// The session is over, whatever the client did.
    case success = 0
    /// EX_SOFTWARE: something happened that never should.
    case software = 70
    /// EX_TEMPFAIL: at least one message could not be stored.
    case temporaryFailure = 75
    /// EX_CONFIG
    case configuration = 78
}
