internal import Notation

/// A message on its way into a Maildir: nothing of it is in `new/` before `commit()` returns, and
/// nothing of it is left in `tmp/` if that never happens.
///
/// It stands on its own: the Maildir that it was begun in need not outlive it.
package struct Delivery: ~Copyable {
    /// The unique name, which is the file's name up to `,S=`; printable ASCII without spaces.
    package let name: String

    let folders: Folders
    var file: TemporaryFile

    /// Octets that are still to be written.
    private var buffer: [UInt8] = []
    private(set) var octets = 0
    private var lineFeeds = LineFeedCounter()

    /// Octets that are collected for a write, which begins at a multiple of it in the file.
    /// Measured: twice of it gains nothing for a large message, and costs each of 100 sessions that
    /// are within one 64 KiB.
    private static let bufferOctets = 64 << 10
    /// As long as there are no more, that is all the room they have.
    private static let firstBufferOctets = 8 << 10

    /// Opens a file in `tmp/`. Its final name tells its inode, so it has a provisional one here.
    init(in folders: Folders, as provisional: UniqueName) throws(MaildirError) {
        let file = try TemporaryFile(in: folders, name: provisional.text)
        var uniqueName = provisional
        uniqueName.file = file.identity
        self.name = uniqueName.text
        self.folders = folders
        self.file = file
    }

    /// The size with every LF that no CR precedes counted as CRLF.
    var octetsWithCRLF: Int { octets + lineFeeds.bareLineFeeds }

    /// Adds octets as they are. After a failure the file is gone, and the delivery with it: it
    /// cannot be committed any more.
    package mutating func append(_ octets: Span<UInt8>) throws(MaildirError) {
        self.octets += octets.count
        lineFeeds.add(octets)
        do throws(MaildirError) {
            try collect(octets)
        } catch {
            try? file.remove()
            throw error
        }
    }

    /// Fills the buffer, and writes it when it is full; whole bufferfuls are written from where
    /// they are.
    private mutating func collect(_ octets: Span<UInt8>) throws(MaildirError) {
        var rest = octets
        if !buffer.isEmpty {
            let count = min(Self.bufferOctets - buffer.count, rest.count)
            keep(rest.extracting(first: count))
            rest = rest.extracting(droppingFirst: count)
            if buffer.count == Self.bufferOctets { try flush() }
        }
        let whole = rest.count - rest.count % Self.bufferOctets
        try file.write(rest.extracting(first: whole))
        keep(rest.extracting(droppingFirst: whole))
    }

    private mutating func keep(_ octets: Span<UInt8>) {
        if octets.isEmpty { return }
        let isShort = buffer.count + octets.count <= Self.firstBufferOctets
        buffer.reserveCapacity(isShort ? Self.firstBufferOctets : Self.bufferOctets)
        buffer.append(octets)
    }

    mutating func flush() throws(MaildirError) {
        // Moved out and back: a span of it would keep the file, its neighbour, from being changed.
        var octets: [UInt8] = []
        swap(&octets, &buffer)
        try file.write(octets.span)
        octets.removeAll(keepingCapacity: true)
        swap(&octets, &buffer)
    }
}
