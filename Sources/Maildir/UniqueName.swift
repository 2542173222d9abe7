internal import Notation

/// A name that no other message has or had: maildir(5), with everything it knows to tell two
/// deliveries apart, since a process id alone may repeat in another container.
///
/// `SECONDS.M<µs>P<pid>V<device>I<inode>Q<n>R<random>.HOSTNAME`. It holds neither `/` nor `:` nor
/// `,` beyond that, so that what is put behind it can be told from it.
struct UniqueName: Sendable {
    /// The file that it is the name of.
    struct File: Sendable {
        let device: UInt64
        let inode: UInt64
    }

    let seconds: Int64
    let microseconds: Int
    let process: Int32
    /// Nil as long as there is no file: such a name is good for `tmp/` only.
    var file: File?
    /// Counts the deliveries of this process.
    let sequence: Int
    var random: UInt64
    let host: HostPart

    /// The name: printable ASCII without spaces.
    var text: String {
        var octets: [UInt8] = []
        octets.reserveCapacity(Self.maximumOctets)
        octets.append(decimal: UInt64(clamping: seconds))
        octets += ".M"
        octets.append(decimal: UInt64(clamping: microseconds), minimumDigits: 6)
        octets += "P"
        octets.append(decimal: UInt64(clamping: process))
        if let file {
            octets += "V"
            octets.append(hexadecimal: file.device)
            octets += "I"
            octets.append(hexadecimal: file.inode)
        }
        octets += "Q"
        octets.append(decimal: UInt64(clamping: sequence))
        octets += "R"
        octets.append(hexadecimal: random, minimumDigits: 16)
        octets.append(host.octets.span)
        return String(decoding: octets, as: UTF8.self)
    }

    /// The name of the file: `<name>,S=<octets>,W=<octets with each bare LF counted as CRLF>`, by
    /// which Dovecot and Courier know both sizes without looking into it.
    static func fileName(_ name: String, octets: Int, octetsWithCRLF: Int) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(maximumOctets)
        text += name
        text += ",S="
        text.append(decimal: UInt64(clamping: octets))
        text += ",W="
        text.append(decimal: UInt64(clamping: octetsWithCRLF))
        return String(decoding: text, as: UTF8.self)
    }

    /// NAME_MAX of Linux.
    static let maximumOctets = 255

    /// What a file name may need at most besides the host name: seconds to the year 5138, the
    /// largest process id (2^22), device (32 bits in the kernel), inode and sizes.
    static let maximumOctetsWithoutHost =
        11 + ".M".utf8.count + 6 + "P".utf8.count + 7 + "V".utf8.count + 8 + "I".utf8.count + 16
        + "Q".utf8.count + 10 + "R".utf8.count + 16 + ",S=".utf8.count + 19 + ",W=".utf8.count + 20
}

/// The dot and the host name at the end of a unique name, as they may stand in a file name.
struct HostPart: Sendable {
    let octets: [UInt8]

    /// Every octet that cannot stand there becomes a backslash and three octal digits, as
    /// maildir(5) has it for `/` and `:`. Here it is also the comma, which begins the sizes, and
    /// all that is not printable ASCII. A dot cannot lead the file name, as the time comes first.
    init(_ hostname: String) {
        var octets = [UInt8.dot]
        for octet in hostname.utf8 {
            switch octet {
            case .slash, .colon, .comma, 0...0x20, 0x7F...0xFF:
                octets.append(.backslash)
                for shift in [6, 3, 0] { octets.append(UInt8(digit: (octet >> shift) & 7)) }
            default:
                octets.append(octet)
            }
        }
        self.octets = octets
    }
}
