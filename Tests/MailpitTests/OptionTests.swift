import Foundation
import Glibc
import TestSupport
import Testing

@testable import mailpit

@Suite struct OptionTests {
    @Test func `every option has one row, in the place of its name`() {
        #expect(Option.table.map(\.name) == Option.Name.allCases)
        #expect(Set(Option.table.map { "\($0.flag)" }).count == Option.table.count)
    }

    @Test func `the variable of an option is its flag in capitals`() {
        let variables = Option.table.compactMap(\.variable)
        #expect(variables.contains("MP_SMTP_TLS_CERT"))
        #expect(variables.contains("MP_MAX_MESSAGE_SIZE"))
        #expect(
            Option.table.filter { $0.variable == nil }.map { "\($0.flag)" } == ["help", "version"])
    }

    @Test func `the help names every option, variable and default`() {
        for option in Option.table {
            #expect(Help.text.contains("  \(option.synopsis)\n"))
            #expect(Help.text.contains("      \(option.meaning)\n"))
            if let variable = option.variable { #expect(Help.text.contains("      \(variable)\n")) }
            if option.variable != nil {
                #expect(Help.text.contains("      default: \(option.defaultText)\n"))
            }
        }
        let longest = Help.text.split(separator: "\n").map(\.count).max() ?? 0
        #expect(longest <= 100)
    }
}

/// What the command line says.
@Suite struct ArgumentTests {
    private func read(_ arguments: String...) throws -> OptionValues {
        var values = OptionValues()
        try values.read(arguments: arguments)
        return values
    }

    @Test func `a value stands behind a blank or an equals sign`() throws {
        #expect(try read("--maildir", "/a")[.maildir]?.text == "/a")
        #expect(try read("--maildir=/a=b")[.maildir]?.text == "/a=b")
        #expect(try read("--maildir=")[.maildir]?.text == "")
        #expect(try read("--label", "--quiet")[.label]?.text == "--quiet")
    }

    @Test func `a flag stands alone or has its value behind an equals sign`() throws {
        #expect(try read("--quiet").flag(.quiet) == true)
        #expect(try read("-q", "-v").flag(.verbose) == true)
        #expect(try read("-qv").flag(.quiet) == true)
        #expect(try read("--help")[.help] != nil)
        #expect(throws: ConfigurationError.unexpectedArgument("false")) {
            try read("--quiet", "false")
        }
    }

    @Test(arguments: [
        ("true", true), ("yes", true), ("on", true), ("1", true), ("TRUE", true), ("Yes", true),
        ("false", false), ("no", false), ("off", false), ("0", false), ("OFF", false),
    ]) func `a flag has these words`(word: String, isOn: Bool) throws {
        #expect(try read("--quiet=\(word)").flag(.quiet) == isOn)
    }

    @Test(arguments: ["", "2", "tru", "true ", "y", "enabled"])
    func `a flag has no others`(word: String) {
        #expect(throws: ConfigurationError.self) { try read("--quiet=\(word)").flag(.quiet) }
    }

    @Test func `the last of several counts`() throws {
        #expect(try read("--label", "a", "--label=b")[.label]?.text == "b")
        #expect(try read("-q", "--quiet=no").flag(.quiet) == false)
    }

    @Test(arguments: [
        ("--no-such", "unknown option --no-such"), ("--no-such=1", "unknown option --no-such"),
        ("--smtp-tls-cer", "unknown option --smtp-tls-cer: the nearest is --smtp-tls-cert"),
        ("--MAILDIR=x", "unknown option --MAILDIR: the nearest is --maildir"),
        ("-x", "unknown option -x"),
        ("-qx", "unknown option -qx"), ("--maildir", "--maildir needs a value"),
        ("--help=1", "--help takes no value"), ("-", "unexpected argument -"),
        ("check", "unexpected argument check"), ("", "unexpected argument "),
    ]) func `what is no option is named`(word: String, reason: String) {
        #expect(throws: ConfigurationError(reason)) { try read(word) }
    }

    @Test func `what is behind the end of the options is an argument`() {
        #expect(throws: ConfigurationError.unexpectedArgument("--quiet")) {
            try read("--", "--quiet")
        }
        #expect(throws: ConfigurationError.unexpectedArgument("a")) { try read("a", "--quiet") }
    }
}
