import Glibc
import POSIX
import TestSupport
import Testing

/// CVE-2011-0411: what is said in plaintext behind STARTTLS is neither run nor taken for TLS.
extension HostileTests {
    private static let log = [" starttls-injection: ", "none of them was executed"]
    private static let refusal = "554 5.5.0 Nothing may follow STARTTLS\r\n"
    private static let commands =
        "EHLO evil.example\r\nMAIL FROM:<evil@example.org>\r\nRCPT TO:<bob@example.org>\r\n"
        + "DATA\r\nSubject: evil\r\n\r\n.\r\nQUIT\r\n"

    /// Sends something and waits until the server has read it.
    private func deliver(_ octets: ArraySlice<UInt8>, to siege: Siege) {
        siege.client.send(Array(octets))
        // SIOCOUTQ: of a local socket, what the other side has not read yet.
        var unread: CInt = 1
        let isRead = eventually {
            ioctl(siege.client.rawDescriptor, UInt(TIOCOUTQ), &unread) == 0 && unread == 0
        }
        #expect(isRead)
    }

    @Test(arguments: ["NOOP\r\n", "\n", "\0", "\u{16}\u{3}\u{1}"])
    func `STARTTLS with something behind it, cut at every place`(injected: String) {
        let line = Array("STARTTLS\r\n".utf8)
        let octets = line + injected.utf8
        for cut in 1...octets.count where cut != line.count {
            let siege = Siege("STARTTLS+\(injected.debugDescription) cut at \(cut)", isSecure: true)
            deliver(octets[..<cut], to: siege)
            // The session is over once STARTTLS and more were read; the rest is for nobody then.
            siege.client.send(Array(octets[cut...]))
            siege.expectEnd(saying: Self.refusal, log: Self.log)
        }
    }

    @Test func `STARTTLS with a whole mail transaction behind it`() {
        let siege = Siege("STARTTLS with a transaction behind it", isSecure: true)
        siege.client.send("STARTTLS\r\n" + Self.commands)
        siege.expectEnd(saying: Self.refusal, log: Self.log)
    }

    @Test func `STARTTLS with a ClientHello behind it that did not wait for the 220`() {
        let siege = Siege("STARTTLS and ClientHello in one segment", isSecure: true)
        siege.client.send(Array("STARTTLS\r\n".utf8) + ClientHello().records)
        siege.expectEnd(saying: Self.refusal, log: Self.log)
    }

    @Test func `Commands between the 220 and the ClientHello are no part of TLS`() {
        for (text, isTogether) in [("NOOP\r\n", false), ("NOOP\r\n", true), (Self.commands, true)] {
            let siege = Siege(
                "\(text.prefix(6).debugDescription) before ClientHello", isSecure: true)
            #expect(siege.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
            let octets = Array(text.utf8)
            if isTogether {
                siege.client.send(octets + ClientHello().records)
            } else {
                deliver(octets[...], to: siege)
                siege.client.send(ClientHello().records)
            }
            siege.expectFailedHandshake()
            #expect(!siege.mailpit.log.contains("evil"))
        }
    }
}
