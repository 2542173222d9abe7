import TestSupport
import Testing

/// Expects that a log shows no secret, neither as it is nor in base64, alone or at any place in a
/// response.
func expect(
    _ log: String, toShowNoneOf secrets: [String],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    for secret in secrets {
        #expect(!log.contains(secret), sourceLocation: sourceLocation)
        for shift in 0..<3 {
            // The characters that do not depend on what stands before and behind.
            let octets = [UInt8](repeating: 0, count: shift) + Array(secret.utf8)
            let text = Command(["base64"], input: octets).outputText.dropFirst([0, 2, 3][shift])
            let count = secret.utf8.count / 3 * 4 - 4
            #expect(!log.contains(text.prefix(count)), sourceLocation: sourceLocation)
        }
    }
}
