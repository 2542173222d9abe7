// What libFuzzer calls. No target of the package makes a fuzzer of it, as libFuzzer has a `main` of its own:
// scripts/fuzz compiles it with the modules.

import Glibc

/// What can be fuzzed, by the name in FUZZ_TARGET. Each traps where a property does not hold.
private let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "session": { SessionTarget.run($0) },
    "data": { DataTarget.run($0) },
    "grammar": { GrammarTarget.run($0) },
    "options": { OptionsTarget.run($0) },
    "credentials": { CredentialTarget.run($0) },
    "sasl": { ExchangeTarget.run($0) },
    "handshake": { HandshakeTarget.run($0) },
    "certificate": { CertificateTarget.run($0) },
    "log": { LogTarget.run($0) },
    "proxy": { ProxyTarget.run($0) },
]

private let target: @Sendable ([UInt8]) -> Void = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = targets[name] else {
        print("FUZZ_TARGET must be one of \(targets.keys.sorted())")
        fatalError()
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Ends the run with what did not hold, which Embedded Swift does not print by itself.
func require(_ condition: Bool, _ what: @autoclosure () -> String) {
    if !condition {
        print(what())
        fatalError()
    }
}

/// As text that shows each octet.
func shown(_ octets: some Sequence<UInt8>) -> String {
    String(decoding: Array(octets), as: UTF8.self).debugDescription
}
