/// What one run of the client against one server came to, before anybody judges it.
struct Attempt {
    var exit: ClientExit
    /// The end of what the client printed.
    var output = ""
    var observation = Observation()
    var seconds = 0.0
    /// The signal by which the user ended everything meanwhile.
    var interruption: CInt?
    /// Whether the time for all runs ended this one.
    var isCutShort = false
}
