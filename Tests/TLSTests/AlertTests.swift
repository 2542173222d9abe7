import TLS
import Testing

@Suite struct AlertTests {
    @Test(
        arguments: [
            (40, 2), (0, 1), (90, 1), (80, 2), (255, 2),
        ] as [(UInt8, UInt8)]) func `an alert is a record of its own`(number: UInt8, level: UInt8)
    {
        #expect(TLSAlert(description: number).record == [21, 3, 3, 0, 2, level, number])
    }

    @Test func `it is due once the ClientHello has come, or will not come`() {
        let hello: [UInt8] = [22, 3, 1, 1, 4] + [UInt8](repeating: 1, count: 260)
        for count in 0..<hello.count { #expect(!TLSAlert.isDue(after: Array(hello[..<count]))) }
        #expect(TLSAlert.isDue(after: hello))
        #expect(TLSAlert.isDue(after: hello + [0]))
        #expect(TLSAlert.isDue(after: [69]))
        #expect(!TLSAlert.isDue(after: [22, 3, 1, 0x40, 0]))
        #expect(TLSAlert.isDue(after: [22, 3, 1, 0x40, 1]))
    }
}
