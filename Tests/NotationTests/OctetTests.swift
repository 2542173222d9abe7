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

    @Test func `what C has written ends at the first NUL`() {
        #expect(String(writtenByC: [0x61, 0x62, 0, 0x63, 0]) == "ab")
        #expect(String(writtenByC: [0, 0x61]) == "")
        #expect(String(writtenByC: [-0x3D, -0x44]) == "ü")
    }
}
