/// What a client's run is told about the connections that its server has.
struct ConnectionWatch {
    /// How many are open, also of those that nobody has accepted yet.
    let openCount: () -> Int
    /// When the last one was opened or closed, on the monotonic clock in nanoseconds.
    let lastActivity: () -> Int64

    init(openCount: @escaping () -> Int, lastActivity: @escaping () -> Int64) {
        self.openCount = openCount
        self.lastActivity = lastActivity
    }

    init(_ stage: Stage) {
        self.init(openCount: { stage.openConnections }, lastActivity: { stage.lastActivity })
    }
}
