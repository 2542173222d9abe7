import Foundation
import POSIX
import TestSupport

/// A real HAProxy in front of a super-server, on ports of the loopback addresses.
final class HAProxy {
    let port: UInt16
    private let child: Child
    private let output: String
    private let directory = TemporaryDirectory()

    /// Starts it, and waits until it listens.
    ///
    /// - Parameter options: What its `server` line says behind the address: `send-proxy` and so on.
    init(before server: SuperServer, _ options: String, settings: String = "") throws {
        port = FreePort.take()
        output = directory.write("", to: "haproxy.log")
        let configuration = directory.write(
            """
            global
                maxconn 100
            defaults
                mode tcp
                timeout connect 10s
                timeout client 60s
                timeout server 60s
            listen mailpit
                bind 127.0.0.1:\(port)
                bind ::1:\(port)
                \(settings)
                server one 127.0.0.1:\(server.port) \(options)

            """, to: "haproxy.cfg")
        let file = open(output, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { Foundation.close(file) }
        // In the foreground, as one process.
        child = Child(
            ["haproxy", "-db", "-f", configuration],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            descriptors: [1: file, 2: file])
        guard child.waitUntilListening(onPort: port) else {
            throw SuperServer.Failure(description: "haproxy does not listen: \(log)")
        }
    }

    var log: String { textOfFile(output) ?? "" }
}
