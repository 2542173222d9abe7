import Notation
import Testing

@Suite struct OctetTests {
    @Test func `each class of octets is the one of its name`() {
        for octet in UInt8.min ... .max {
            let character = Character(Unicode.Scalar(octet))
            #expect(octet.isLetter == (character.isASCII && character.isLetter))
            #expect(octet.isDigit == ("0"..."9").contains(character))
            #expect(octet.isLetterOrDigit == (octet.isLetter || octet.isDigit))
            #expect(octet.isBlank == " \t".contains(character))
            #expect(octet.isBeyondASCII == !character.isASCII)
            #expect(octet.isPrintable == ((" "..."~").contains(character)))
            #expect(octet.isVisible == (octet.isPrintable && character != " "))
            #expect(octet.isControl == (!octet.isPrintable && !octet.isBeyondASCII))
            #expect(
                octet.uppercased == (octet.isLetter ? character.uppercased().utf8.first : octet))
            #expect(
                octet.lowercased == (octet.isLetter ? character.lowercased().utf8.first : octet))
        }
    }

    @Test func `an octet is found wherever it is`() {
        for length in 0..<40 {
            for position in 0...length {
                var octets = [UInt8](repeating: 12, count: length)
                octets.insert(13, at: position)
                octets.append(14)
                #expect(octets.span.index(of: 13, from: 0) == position)
                #expect(octets.span.index(of: 13, from: position) == position)
                #expect(octets.span.index(of: 13, from: position + 1) == length + 2)
                #expect(octets.span.index(of: 13, from: length + 2) == length + 2)
                #expect(octets.span.extracting(..<position).index(of: 13, from: 0) == position)
            }
        }
        let all = (0...255).map { UInt8($0) }
        for octet in all { #expect(all.span.index(of: octet, from: 0) == Int(octet)) }
        #expect([UInt8]().span.index(of: 0, from: 0) == 0)
    }

    @Test func `octets and texts are appended whole, none too`() {
        var octets: [UInt8] = []
        for part in [[], [1], [UInt8](repeating: 2, count: 300), []] { octets.append(part.span) }
        for text in ["", "ü", String(repeating: "x", count: 20)] { octets += text }
        #expect(
            octets == [1] + Array(repeating: 2, count: 300) + [0xC3, 0xBC]
                + Array(repeating: 0x78, count: 20))
    }

    @Test func `what C has written ends at the first NUL`() {
        #expect(String(writtenByC: [0x61, 0x62, 0, 0x63, 0]) == "ab")
        #expect(String(writtenByC: [0, 0x61]) == "")
        #expect(String(writtenByC: [-0x3D, -0x44]) == "ü")
    }
}
