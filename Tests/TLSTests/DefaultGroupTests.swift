import Testing

@testable import TLS

@Suite struct DefaultGroupTests {
    @Test(
        arguments: [
            (0x3000_0130, "X25519:P-256:P-384"), (0x3040_00F0, "X25519:P-256:P-384"),
            (0x3050_0000, "?X25519MLKEM768:X25519:P-256:P-384"),
            (0x3050_0040, "?X25519MLKEM768:X25519:P-256:P-384"),
            (0x4000_0000, "?X25519MLKEM768:X25519:P-256:P-384"),
        ] as [(CUnsignedLong, String)])
    func `the hybrid group comes first where the library may have it`(
        version: CUnsignedLong, groups: String
    ) {
        #expect(TLSConfiguration.defaultGroups(version: version) == groups)
    }
}
