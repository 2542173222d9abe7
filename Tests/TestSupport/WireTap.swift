import Glibc
package import POSIX
import Synchronization

/// Stands between a client and a server, passes on what each sends, and keeps what the server sent.
package final class WireTap {
    package let client: SMTPClient
    private let recording = Recording()

    /// Takes the connection to the server.
    package init(before server: consuming Descriptor) {
        let pair = SocketPair()
        client = SMTPClient(Descriptor(owning: dup(pair.second.rawValue)))
        let (inner, outer) = (dup(pair.first.rawValue), dup(server.rawValue))
        startThread { [recording] in
            recording.relay(client: Descriptor(owning: inner), server: Descriptor(owning: outer))
        }
    }

    /// All that the server sent until it ended the connection; nil if it does not.
    package func allFromServer() -> [UInt8]? { recording.whole() }
}

private final class Recording: Sendable {
    private let fromServer = Mutex<[UInt8]>([])
    private let isOver = Mutex(false)

    func whole() -> [UInt8]? {
        eventually { isOver.withLock { $0 } } ? fromServer.withLock { $0 } : nil
    }

    func relay(client: borrowing Descriptor, server: borrowing Descriptor) {
        var ends = [
            pollfd(fd: client.rawValue, events: Int16(POLLIN), revents: 0),
            pollfd(fd: server.rawValue, events: Int16(POLLIN), revents: 0),
        ]
        let patience = Int32(4 * Child.patience) * 1000
        while ends[1].fd >= 0, poll(&ends, 2, patience) > 0 {
            if ends[0].revents != 0, pass(from: ends[0].fd, to: server.rawValue) == nil {
                shutdown(server.rawValue, Int32(SHUT_WR))
                ends[0].fd = -1
            }
            guard ends[1].revents != 0 else { continue }
            if let octets = pass(from: ends[1].fd, to: client.rawValue) {
                fromServer.withLock { $0 += octets }
            } else {
                shutdown(client.rawValue, Int32(SHUT_WR))
                ends[1].fd = -1
            }
        }
        isOver.withLock { $0 = true }
    }

    private func pass(from source: Int32, to sink: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(source, &buffer, buffer.count)
        if count <= 0 { return nil }
        var sent = 0
        while sent < count {
            let step = buffer[sent..<count].withUnsafeBytes {
                send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if step <= 0 { break }
            sent += step
        }
        return Array(buffer[..<count])
    }
}

/// Runs something that waits in a thread of its own, as those of the test library are few.
package func startThread(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let result = pthread_create(
        &thread, nil,
        { pointer in
            Unmanaged<Body>.fromOpaque(pointer!).takeRetainedValue().run()
            return nil
        }, box.toOpaque())
    precondition(result == 0, "pthread_create: \(result)")
    pthread_detach(thread)
}

private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
