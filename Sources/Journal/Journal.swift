package enum Event { case sessionOpened, sessionClosed, tlsEstablished, tlsFailed, startTLSInjection, messageStored, messageRejected, storageError, timeout, protocolError, configError, dialogue }
package enum Priority { case error, warning, notice, info, debug }
package enum FieldName { case tlsVersion, tlsCipher, tlsServerName, tlsError, tlsOffered, tlsClientSubject, sender, recipient, messageSize, maildirFile, durationMicroseconds, octetsReceived, messagesStored, messagesRejected, commandsRejected }
package struct Field { package init(_ n: FieldName, _ v: String) {} }
package struct Journal: ~Copyable {
  package enum Verbosity { case quiet, normal, verbose }
  package init(logFile: String?, verbosity: Verbosity, standardErrorIsClient: Bool, session: String, remote: String?) {}
  package func record(_ e: Event, priority: Priority, _ m: String, _ f: [Field] = []) {}
  package func records(_ p: Priority) -> Bool { false }
}
package func logText(_ o: [UInt8]) -> String { "" }
package func logText(_ o: String) -> String { "" }
