import SMTP
import Testing

@Suite struct DialogueTests {
    /// A session that has come as far as EHLO within TLS.
    static let inTLS = """
        S: 220 mx.example ESMTP Mailpit
        C: EHLO client.example
        S: @plain
        C: STARTTLS
        S: 220 2.0.0 Ready to start TLS
        ! startTLS
        ? tls
        C: EHLO client.example
        S: @tls

        """

    @Test func `a message goes through TLS into a file`() {
        Transcript(
            Self.inTLS + #"""
                C: MAIL FROM:<a@b.example>
                S: 250 2.1.0 Ok
                C: RCPT TO:<c@d.example>
                S: 250 2.1.5 Ok
                C: DATA
                ! begin
                S: 354 End data with <CR><LF>.<CR><LF>
                C: Subject: x
                C:
                C: ..two dots
                C: .
                ! append "Subject: x\n\n.two dots\n"
                ! commit
                ? stored 1.M2
                S: 250 2.0.0 Ok: queued as 1.M2
                C: QUIT
                S: 221 2.0.0 Bye
                ! close
                """#
        ).run()
    }

    @Test func `chunks make a message, whatever their sizes`() {
        Transcript(
            Self.inTLS + #"""
                C: MAIL FROM:<>
                C: RCPT TO:<Postmaster>
                c: BDAT 2\r\na\rBDAT 0\r\nBDAT 5 LAST\r\n\n.\r\nb
                S: 250 2.1.0 Ok
                S: 250 2.1.5 Ok
                ! begin
                S: 250 2.0.0 Ok
                S: 250 2.0.0 Ok
                ! append "\na\n.\nb"
                ! commit
                ? stored N
                S: 250 2.0.0 Ok: queued as N
                """#
        ).run()
    }

    @Test func `before TLS a chunk is swallowed and refused`() {
        Transcript(
            #"""
            S: 220 mx.example ESMTP Mailpit
            c: BDAT 12 LAST\r\nQUIT\r\nQUIT\r\nNOOP\r\n
            S: 530 5.7.0 Must issue a STARTTLS command first
            S: 250 2.0.0 Ok
            c: BDAT x\r\nNOOP\r\n
            S: 530 5.7.0 Must issue a STARTTLS command first
            ! close
            """#
        ).run()
    }
}
