internal import POSIX
internal import SMTP

/// Decides where failures are made on purpose. The dice and the counter are here, so that the
/// session stays free of both.
struct Chaos: ~Copyable {
    /// What is to happen at a place.
    struct Decision {
        /// The triggers that fire, in order: delays, and at most one more behind them; each with
        /// the address that it hits, where it is meant for one.
        var fired: [(trigger: ChaosTrigger, address: String?)] = []
        /// Why it could not be told whether a trigger fires; it does not, then.
        var faults: [SystemError] = []
    }

    private let triggers: [ArmedTrigger]
    private let counter: SessionCounter?

    /// Arms the triggers; the counter that some need is kept in the Maildir.
    init(_ triggers: [ChaosTrigger], maildir: String) throws(ConfigurationError) {
        var armed: [ArmedTrigger] = []
        for trigger in triggers where trigger.canFire { armed.append(try ArmedTrigger(trigger)) }
        counter = try triggers.contains { $0.isCounted } ? Self.counter(in: maildir) : nil
        self.triggers = armed
    }

    private static func counter(in maildir: String) throws(ConfigurationError) -> SessionCounter {
        do throws(SystemError) {
            return try SessionCounter(in: maildir)
        } catch {
            throw ConfigurationError("--chaos-triggers: \(error)")
        }
    }

    /// Which triggers fire at a place, for the addresses that it has: those of a message's
    /// recipients, or just one.
    func decide(at point: ChaosPoint, addresses: [String]) -> Decision {
        var decision = Decision()
        for trigger in triggers where trigger.isMeant(point, addresses) {
            do throws(SystemError) {
                guard try trigger.fires(counter) else { continue }
            } catch {
                decision.faults.append(error)
                continue
            }
            decision.fired.append((trigger.trigger, trigger.target(among: addresses)))
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
    /// The number of this session among those that come by, once that was asked.
    private var number: Int?

    init(_ trigger: ChaosTrigger) throws(ConfigurationError) {
        self.trigger = trigger
        pattern = try trigger.compiledPattern()
    }

    func isMeant(_ point: ChaosPoint, _ addresses: [String]) -> Bool {
        guard point == trigger.point else { return false }
        return trigger.pattern == nil || addresses.contains(where: matches)
    }

    /// The address that it hits. Without a pattern a message as a whole is meant, whoever it is for.
    func target(among addresses: [String]) -> String? {
        switch trigger.point {
        case .data, .stored: trigger.pattern.flatMap { _ in addresses.first(where: matches) }
        default: addresses.first
        }
    }

    private func matches(_ address: String) -> Bool { pattern?.matches(address) ?? true }

    func fires(_ counter: borrowing SessionCounter?) throws(SystemError) -> Bool {
        switch trigger.chance {
        case .percent(let percent):
            var generator = SystemRandomNumberGenerator()
            return Int.random(in: 0..<100, using: &generator) < percent
        case .firstSessions(let sessions): return try number(counter) <= sessions
        case .laterSessions(let sessions): return try number(counter) > sessions
        }
    }

    /// A session fails as a whole: it is not for a second try in it to get through.
    private func number(_ counter: borrowing SessionCounter?) throws(SystemError) -> Int {
        if let number { return number }
        let new =
            switch counter {
            case .some(let counter): try counter.number(for: trigger.text)
            case nil: Int.max
            }
        number = new
        return new
    }
}
