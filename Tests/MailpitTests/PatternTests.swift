import POSIX
import Testing

@testable import mailpit

@Suite struct PatternTests {
    /// Patterns with texts that match and texts that do not.
    @Test(
        arguments: [
            (
                "@example.com$", ["a@example.com", "a@exampleXcom"],
                ["a@example.com.x", "a@Example.com"]
            ),
            (#"^a@b\.c$"#, ["a@b.c"], ["a@bxc", "xa@b.c", "a@b.cx"]), ("", ["", "x"], []),
            ("^(a|b)+@", ["ab@"], ["c@", "@"]), ("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
            ("^[[:alpha:].]+$", ["a.B"], ["a1", ":"]), ("^[^@]+$", ["a"], ["a@"]),
            ("(?i)@EXAMPLE", ["a@example", "a@Example"], ["a@x"]),
            ("^(?:a|b)c$", ["ac", "bc"], ["c", "?:ac"]),
            (#"^\d+$"#, ["019"], ["d", "1a", ""]), (#"^\D$"#, ["a", "d"], ["1"]),
            (#"^\w+$"#, ["a_1"], ["a-1"]), (#"^\W\s\S$"#, ["- x"], ["a x", "-  "]),
            (#"\bb\b"#, ["a b c"], ["abc"]), (#"\Aa\z"#, ["a"], ["ab", "ba"]),
            (#"^[\w.+-]+@x$"#, ["a.b+c-d_1@x"], [#"\@x"#, "a b@x"]),
            (#"^[\d\s]+$"#, ["1 2"], ["d", "s", #"\"#]), (#"^[\.\@]$"#, [".", "@"], [#"\"#]),
            (#"^[\]a]$"#, ["]", "a"], [#"\"#]), (#"^[]a]$"#, ["]", "a"], ["b"]),
            (#"^[a\-z]$"#, ["a", "-", "z"], ["b", #"\"#]), (#"^[^\]\\]$"#, ["a"], ["]", #"\"#]),
            (#"^[a\^]$"#, ["a", "^"], [#"\"#]), (#"^[^\^]$"#, ["a"], ["^"]),
            ("^a+?$", ["a", "aa"], [""]), ("^a{2}?$", ["aa"], ["", "a"]),
            ("^x.*?y$", ["xy", "xzy"], ["x"]),
            (#"^\<\>\'\`$"#, ["<>'`"], ["x"]), (#"^\(\?\)\*$"#, ["(?)*"], ["("]),
            ("^ä$", ["ä"], ["a"]),
        ] as [(String, [String], [String])])
    func `a pattern matches what it says`(pattern: String, yes: [String], no: [String]) throws {
        let expression = try RegularExpression(pattern)
        // The expression cannot be copied into the macro.
        let matching = (yes + no).filter { expression.matches($0) }
        #expect(matching == yes)
    }

    @Test(
        arguments: [
            ("(", "Unmatched ( or \\("), ("[a", "[ has no end"), (#"[a\"#, "[ has no end"),
            (#"[a\]"#, "[ has no end"), ("a\\", "Trailing backslash"), ("*a)", nil),
            ("(?P<x>a)", "(? is not supported there"), ("a(?i)b", "(? is not supported there"),
            ("(?s).", "(? is not supported there"), (#"\pL"#, #"\p is not supported"#),
            (#"(a)\1"#, #"\1 is not supported"#), (#"\Qa\E"#, #"\Q is not supported"#),
            (#"[\W]"#, #"\W is not supported"#), (#"[\n]"#, #"\n is not supported"#),
            (#"[\^]"#, #"[\^ is not supported"#),
        ] as [(String, String?)])
    func `what is no pattern is refused`(pattern: String, reason: String?) {
        let error = #expect(throws: RegularExpression.SyntaxError.self) {
            _ = try RegularExpression(pattern)
        }
        if let reason { #expect(error?.reason == reason) }
    }
}
