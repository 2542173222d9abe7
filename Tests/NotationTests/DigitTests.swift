import Notation
import Testing

@Suite struct DigitTests {
    @Test(arguments: [
        ("0", 0), ("007", 7), ("9", 9), ("10", 10), ("18446744073709551615", UInt64.max),
        ("0000000000000000000000000018446744073709551615", UInt64.max),
    ])
    func `a decimal number is digits`(text: String, number: UInt64) {
        #expect(UInt64(decimal: text.utf8) == number)
    }

    @Test(arguments: [
        "", " ", "-1", "+1", " 1", "1 ", "1.5", "0x1", "1a", "/", ":", "١", "1\0",
        "18446744073709551616", "99999999999999999999",
    ])
    func `nothing else is one`(text: String) {
        #expect(UInt64(decimal: text.utf8) == nil)
    }

    @Test func `a number must fit into its type`() {
        #expect(UInt8(decimal: "255".utf8) == 255)
        #expect(UInt8(decimal: "256".utf8) == nil)
        #expect(UInt8(decimal: "1000".utf8) == nil)
        #expect(Int(decimal: "9223372036854775807".utf8) == .max)
        #expect(Int(decimal: "9223372036854775808".utf8) == nil)
    }

    @Test(arguments: [
        (0, 1, "0", "0"), (0, 3, "000", "000"), (10, 1, "10", "a"), (255, 4, "0255", "00ff"),
        (1000, 2, "1000", "3e8"),
        (UInt64.max, 1, "18446744073709551615", "ffffffffffffffff"),
        (UInt64.max, 16, "18446744073709551615", "ffffffffffffffff"),
    ])
    func `a number has as many digits as it needs, or more`(
        number: UInt64, minimum: Int, decimal: String, hexadecimal: String
    ) {
        var text: [UInt8] = [.space]
        text.append(decimal: number, minimumDigits: minimum)
        #expect(text.elementsEqual(" \(decimal)".utf8))
        text = []
        text.append(hexadecimal: number, minimumDigits: minimum)
        #expect(text.elementsEqual(hexadecimal.utf8))
    }

    @Test func `a hexadecimal digit has a value in either case, and no other octet has`() {
        for octet in UInt8.min ... .max {
            let character = Character(Unicode.Scalar(octet))
            let value = character.isASCII ? character.hexDigitValue : nil
            #expect(octet.hexadecimalValue.map { Int($0) } == value)
        }
        for value in UInt8(0)...15 {
            #expect(UInt8(digit: value).hexadecimalValue == value)
            #expect(UInt8(digit: value).lowercased == UInt8(digit: value))
        }
    }
}
