/// A version of the TLS protocol, its raw value as in `1.3`.
package enum TLSVersion: String, Sendable, CaseIterable {
    case v1_0 = "1.0"
    case v1_1 = "1.1"
    case v1_2 = "1.2"
    case v1_3 = "1.3"

    /// The number that stands for it in the protocol. RFC 8446 §4.2.1
    var wireValue: UInt16 {
        switch self {
        case .v1_0: 0x0301
        case .v1_1: 0x0302
        case .v1_2: 0x0303
        case .v1_3: 0x0304
        }
    }

    init?(wireValue: UInt16) {
        for version in Self.allCases where version.wireValue == wireValue {
            self = version
            return
        }
        return nil
    }

    /// RFC 8996 §2 has done away with it.
    package var isOutdated: Bool { self < .v1_2 }

    /// The version as logs and people write it: `TLSv1.3`.
    package var name: String { "TLSv\(rawValue)" }

    /// The same for any number: `SSLv3`, or the number of an unknown one.
    static func name(wireValue: UInt16) -> String {
        if let version = TLSVersion(wireValue: wireValue) { return version.name }
        if wireValue == 0x0300 { return "SSLv3" }
        return "0x\(String(wireValue, radix: 16))"
    }
}

extension TLSVersion: Comparable {
    package static func < (left: TLSVersion, right: TLSVersion) -> Bool {
        left.wireValue < right.wireValue
    }
}
