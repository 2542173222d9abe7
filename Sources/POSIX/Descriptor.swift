internal import CLinux
internal import Glibc

/// An owned file descriptor, closed when it goes out of scope.
public struct Descriptor: ~Copyable, Sendable {
    /// The number that the kernel knows it by; it stays ours.
    package private(set) var rawValue: CInt

    /// Takes over a descriptor that nothing else will close.
    package init(owning rawValue: CInt) {
        self.rawValue = rawValue
    }

    /// open(2), with the mode for a file that is made.
    package init(opening path: String, _ flags: CInt, mode: UInt32 = 0) throws(SystemError) {
        rawValue = try retrying("open", path: path) { unsafe clinux_open(path, flags, mode) }
    }

    deinit {
        // The outcome is not looked at: what had to be durable was synced before.
        if rawValue != Self.givenUp { _ = Glibc.close(rawValue) }
    }

    /// Gives up ownership: the caller closes it.
    package consuming func release() -> CInt {
        let number = rawValue
        rawValue = Self.givenUp
        return number
    }

    private static let givenUp: CInt = -1
}

/// What a read or write on a descriptor that does not block came to.
package enum Transfer: Equatable, Sendable {
    /// This many octets were moved, at least one.
    case octets(Int)
    /// The other side has sent all it had (reading only).
    case end
    /// Nothing can be moved now.
    case wouldBlock
    case failed(SystemError)
}

extension Descriptor {
    /// Reads what is there into the front of `buffer`, at most as much as it holds.
    package func read(into buffer: inout [UInt8]) -> Transfer {
        let count = unsafe buffer.withUnsafeMutableBytes { octets in
            retryingTransfer { unsafe Glibc.read(rawValue, octets.baseAddress, octets.count) }
        }
        return count == 0 ? .end : transfer("read", count)
    }

    /// Writes as much of `octets`, which must not be empty, as goes without blocking.
    package func write(_ octets: Span<UInt8>) -> Transfer {
        let count = unsafe octets.withUnsafeBytes { octets in
            retryingTransfer { unsafe Glibc.write(rawValue, octets.baseAddress, octets.count) }
        }
        return transfer("write", count)
    }

    private func retryingTransfer(_ body: () -> Int) -> Int {
        while true {
            let count = body()
            if count >= 0 || errno != EINTR { return count }
        }
    }

    private func transfer(_ operation: String, _ count: Int) -> Transfer {
        if count >= 0 { return .octets(count) }
        return errno == EAGAIN ? .wouldBlock : .failed(.last(operation))
    }
}
