internal import Glibc

// Octets moved and looked for many at a time, by the C library: a loop in Swift takes one after the other,
// or with much code eight.

extension Span<UInt8> {
    /// The index of the first `octet` at or behind `start`, or the count where there is none.
    package func index(of octet: UInt8, from start: Int) -> Int {
        let rest = extracting(start...)
        return unsafe rest.withUnsafeBytes {
            guard let first = $0.baseAddress,
                let found = unsafe memchr(first, CInt(octet), $0.count)
            else { return count }
            return unsafe start + (UnsafeRawPointer(found) - first)
        }
    }
}

extension OutputSpan<UInt8> {
    /// Appends the octets in one go; there must be room for them.
    @inlinable package mutating func append(_ octets: Span<UInt8>) {
        unsafe withUnsafeMutableBufferPointer { room, count in
            let rest = unsafe UnsafeMutableBufferPointer(rebasing: room[count...])
            unsafe octets.withUnsafeBytes {
                unsafe UnsafeMutableRawBufferPointer(rest).copyMemory(from: $0)
            }
            count += octets.count
        }
    }
}

extension [UInt8] {
    /// Appends the octets in one go.
    package mutating func append(_ octets: Span<UInt8>) {
        append(addingCapacity: octets.count) { $0.append(octets) }
    }

    /// Appends the octets of a text. What is put together of many pieces costs a fraction of what it
    /// does as a `String`, which looks at what it is made of with each of them.
    package static func += (octets: inout [UInt8], text: String) {
        octets.append(text.utf8.span)
    }
}
