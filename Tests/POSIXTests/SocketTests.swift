import Glibc
import TestSupport
import Testing

@testable import POSIX

@Suite struct SocketTests {
    @Test(arguments: [
        ("192.0.2.1", SocketAddress.ipv4("192.0.2.1", port: 25)),
        ("2001:DB8:0:0::1", .ipv6("2001:db8::1", port: 25)),
        ("::ffff:192.0.2.1", .ipv4("192.0.2.1", port: 25)),
        ("::ffff:0:0", .ipv4("0.0.0.0", port: 25)),
        ("::fffe:192.0.2.1", .ipv6("::fffe:c000:201", port: 25)),
    ]) func `an address in text is read and written in its one form`(
        text: String, address: SocketAddress
    ) {
        #expect(SocketAddress(text: text, port: 25) == address)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.4 ", " ::1", "fe80::1%lo", "::1\n",
        "localhost", "[::1]", "1.2.3.4]\r\nX: y",
    ]) func `what is no address is refused`(text: String) {
        #expect(SocketAddress(text: text, port: 0) == nil)
    }

    @Test func `a TCP connection tells who is at its other end`() throws {
        let listener = TestListener(AF_INET)
        let client = listener.connect()
        let server = listener.accept()
        #expect(
            try SocketAddress(peerOf: server)
                == .ipv4("127.0.0.1", port: localPort(client.rawValue)))
        #expect(try server.socketKind() == .connection)
        #expect(try listener.descriptor.socketKind() == .listener)
    }

    @Test func `a connection that is accepted ends with the program`() {
        let listener = TestListener(AF_INET)
        let client = listener.connect()
        let server = listener.accept()
        let files = ProcessTable.openFiles(of: getpid())
        #expect(files.filter { $0.number == server.rawValue }.map(\.closesOnExec) == [true])
        #expect(client.rawValue != server.rawValue)
    }

    @Test func `an IPv4 client of an IPv6 socket has an IPv4 address`() throws {
        let listener = TestListener(AF_INET6)
        let client = listener.connect(family: AF_INET)
        let server = listener.accept()
        #expect(
            try SocketAddress(peerOf: server)
                == .ipv4("127.0.0.1", port: localPort(client.rawValue)))
    }

    @Test func `an IPv6 client has an IPv6 address`() throws {
        let listener = TestListener(AF_INET6)
        let client = listener.connect()
        let server = listener.accept()
        #expect(try SocketAddress(peerOf: server) == .ipv6("::1", port: localPort(client.rawValue)))
    }

    @Test func `a local socket tells the user and the process`() throws {
        let pair = SocketPair()
        #expect(try SocketAddress(peerOf: pair.first) == .local)
        let (uid, pid) = try pair.second.peerCredentials()
        #expect(uid == getuid())
        #expect(pid == getpid())
    }

    @Test func `a socket that was never connected has no other end`() throws {
        let lonely = Descriptor(owning: socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0))
        #expect(throws: SystemError("getpeername", code: ENOTCONN)) {
            try SocketAddress(peerOf: lonely)
        }
    }

    @Test func `what is no stream socket is told apart`() throws {
        let datagram = Descriptor(owning: socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0))
        #expect(try datagram.socketKind() == .other)
        let file = Descriptor(owning: open("/dev/null", O_RDWR))
        #expect(try file.socketKind() == nil)
        let closed = Descriptor(owning: 1_000_000)
        #expect(throws: SystemError("getsockopt", code: EBADF)) { try closed.socketKind() }
    }

    @Test func `a delay is switched off for TCP and left alone elsewhere`() throws {
        let listener = TestListener(AF_INET)
        let client = listener.connect()
        #expect(option(client.rawValue, CInt(IPPROTO_TCP), TCP_NODELAY) == 0)
        client.disableSendDelay()
        #expect(option(client.rawValue, CInt(IPPROTO_TCP), TCP_NODELAY) == 1)
        SocketPair().first.disableSendDelay()
    }

    private func option(_ descriptor: CInt, _ level: CInt, _ name: CInt) -> CInt {
        var value: CInt = -1
        var length = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(descriptor, level, name, &value, &length)
        return value
    }
}
