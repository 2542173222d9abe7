internal import POSIX
internal import SMTP

/// Decides where failures are made on purpose. The dice and the counter are here, so that the
/// session stays free of both.
struct Chaos: ~Copyable {
    /// What is to happen at a place.
    struct Decision {
        /// The triggers that fire, in order: delays, and at most one more behind them.
        var fired: [ChaosTrigger] = []
        /// Why it could not be told whether a trigger fires; it does not, then.
        var faults: [SystemError] = []
    }

    private let triggers: [ArmedTrigger]
    private let counter: SessionCounter?

    /// Arms the triggers; the counter that some need is kept in the Maildir.
    init(_ triggers: [ChaosTrigger], maildir: String) throws(ConfigurationError) {
        var armed: [ArmedTrigger] = []
        for trigger in triggers where trigger.canFire { armed.append(try ArmedTrigger(trigger)) }
        counter = try triggers.contains(where: \.isCounted) ? Self.counter(in: maildir) : nil
        self.triggers = armed
    }

    private static func counter(in maildir: String) throws(ConfigurationError) -> SessionCounter {
        do throws(SystemError) {
            return try SessionCounter(in: maildir)
        } catch {
            throw ConfigurationError("--chaos-triggers: \(error)")
        }
    }

    /// Which triggers fire at a place, for an address where it has one.
    func decide(at point: ChaosPoint, address: String?) -> Decision {
        var decision = Decision()
        for trigger in triggers where trigger.isMeant(point, address) {
            do throws(SystemError) {
                guard try trigger.fires(counter) else { continue }
            } catch {
                decision.faults.append(error)
                continue
            }
            decision.fired.append(trigger.trigger)
            if case .delay = trigger.trigger.effect { continue }
            break
        }
        return decision
    }
}

/// A trigger with what it needs, and remembers, in a session.
private final class ArmedTrigger {
    let trigger: ChaosTrigger
    private let pattern: RegularExpression?
    /// Whether this session is one of the first, once that was asked.
    private var isAmongFirst: Bool?

    init(_ trigger: ChaosTrigger) throws(ConfigurationError) {
        self.trigger = trigger
        pattern = try trigger.compiledPattern()
    }

    func isMeant(_ point: ChaosPoint, _ address: String?) -> Bool {
        guard point == trigger.point else { return false }
        return pattern?.matches(address ?? "") ?? true
    }

    func fires(_ counter: borrowing SessionCounter?) throws(SystemError) -> Bool {
        switch trigger.chance {
        case .percent(let percent):
            var generator = SystemRandomNumberGenerator()
            return Int.random(in: 0..<100, using: &generator) < percent
        case .firstSessions(let sessions):
            // A session fails as a whole: it is not for a second try in it to get through.
            if let isAmongFirst { return isAmongFirst }
            let number =
                switch counter {
                case .some(let counter): try counter.number(for: trigger.text)
                case nil: Int.max
                }
            isAmongFirst = number <= sessions
            return number <= sessions
        }
    }
}
