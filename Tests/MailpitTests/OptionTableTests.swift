import Glibc
import Testing

@testable import mailpit

/// Every option by its flag and by its variable.
extension ArgumentTests {
    @Test func `every option has a row, so that none is forgotten`() {
        #expect(OptionRow.table.map(\.name) == Option.Name.allCases)
        for row in OptionRow.table {
            #expect(row.values.first?.effect != row.preset, "\(row.name)")
            #expect(Set(row.values.map(\.effect)).count == row.values.count, "\(row.name)")
        }
    }

    @Test(arguments: OptionRow.table) func `each flag has its effect`(_ row: OptionRow) throws {
        let option = Option.table[row.name.rawValue]
        #expect(try row.effect(row.surroundings) == row.preset)
        for (word, effect) in row.values {
            #expect(try row.effect(row.read(["--\(option.flag)=\(word)"])) == effect)
            guard case .value = option.argument else { continue }
            #expect(try row.effect(row.read(["--\(option.flag)", word])) == effect)
        }
        switch option.argument {
        case .value: break
        case .flag: #expect(try row.effect(row.read(["--\(option.flag)"])) == row.effectAlone)
        case .command: #expect(try row.effect(row.read(["--\(option.flag)"])) == "true")
        }
    }

    @Test(arguments: OptionRow.table.filter { !$0.bad.isEmpty })
    func `each flag refuses what it cannot take, and is named`(_ row: OptionRow) throws {
        let flag = "--\(Option.table[row.name.rawValue].flag)"
        for word in row.bad + (row.bad.contains("maybe") ? [""] : []) {
            #expect {
                _ = try Settings(try row.read(["\(flag)=\(word)"]))
            } throws: { error in
                (error as? ConfigurationError)?.description.hasPrefix("\(flag): ") == true
            }
        }
    }

    /// In a process of its own, as the environment is shared by all that happens at once.
    @Test func `each variable has its effect, and its flag beats it`() async {
        await #expect(processExitsWith: .success) {
            for row in OptionRow.table {
                let option = Option.table[row.name.rawValue]
                guard let variable = option.variable else { continue }
                #expect(variable.hasPrefix("MP_") && getenv(variable) == nil)
                for (index, (word, effect)) in row.values.enumerated() {
                    setenv(variable, word, 1)
                    #expect(try row.effect(row.read([])) == effect, "\(variable)=\(word)")
                    #expect(try row.read([])[row.name]?.source == variable)
                    let other = row.values[1 - index]
                    let both = try row.read(["--\(option.flag)=\(other.word)"])
                    #expect(try row.effect(both) == other.effect, "\(variable)=\(word)")
                }
                setenv(variable, "", 1)
                #expect(try row.effect(row.read([])) == row.preset, "\(variable) is empty")
                unsetenv(variable)
            }
        }
    }

    @Test func `each variable refuses what it cannot take, and is named`() async {
        await #expect(processExitsWith: .success) {
            for row in OptionRow.table {
                guard let variable = Option.table[row.name.rawValue].variable else { continue }
                for word in row.bad {
                    setenv(variable, word, 1)
                    #expect {
                        _ = try Settings(try row.read([]))
                    } throws: { error in
                        (error as? ConfigurationError)?.description.hasPrefix("\(variable): ")
                            == true
                    }
                }
                unsetenv(variable)
            }
        }
    }
}

extension OptionRow {
    /// What stands beside the option.
    var surroundings: OptionValues {
        var values = OptionValues()
        for (name, text) in Self.presets.merging(companions, uniquingKeysWith: { $1 }) {
            values[name] = OptionValues.Value(text: text, source: "--x")
        }
        return values
    }

    /// The same, with what the environment and a command line say.
    func read(_ arguments: [String]) throws -> OptionValues {
        var values = surroundings
        values.readEnvironment()
        try values.read(arguments: arguments)
        return values
    }

    /// What a flag does that stands alone.
    var effectAlone: String? {
        // Where it is not a setting the text is what there is to see.
        values.first { $0.word == "yes" }.map { $0.effect == "yes" ? "true" : $0.effect }
    }
}
