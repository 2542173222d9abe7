/// The scenarios that a command line chooses.
struct Selection: Equatable {
    /// Nil for all.
    let only: [String]?
    let skipped: [String]

    /// Whether a word is that of a scenario or a group.
    static func isName(_ word: String) -> Bool {
        ScenarioGroup(rawValue: word) != nil || Catalogue.scenario(word) != nil
    }

    func includes(_ scenario: Scenario) -> Bool {
        let names = [scenario.id, scenario.group.rawValue]
        if names.contains(where: skipped.contains) { return false }
        guard let only else { return true }
        return names.contains(where: only.contains)
    }

    /// Those that are chosen, in the order of the catalogue.
    var scenarios: [Scenario] { Catalogue.all.filter(includes) }

    /// Those that are run between the first and the last look at `works`: the chosen ones, and the
    /// controls without which they cannot be judged.
    var performed: [Scenario] {
        let controls = Set(scenarios.compactMap(\.control))
        return Catalogue.all.filter { scenario in
            scenario.id != Catalogue.works && (includes(scenario) || controls.contains(scenario.id))
        }
    }
}
