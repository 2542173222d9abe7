internal import CLinux
internal import Glibc

/// A POSIX extended regular expression (regex(7)), compiled.
@safe package struct RegularExpression: ~Copyable {
    private let compiled: UnsafeMutablePointer<regex_t>

    /// Why a pattern is no regular expression, in the words of the C library.
    package struct SyntaxError: Error, Equatable {
        package let reason: String
    }

    package init(_ pattern: String) throws(SyntaxError) {
        let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        let code = unsafe regcomp(compiled, pattern, REG_EXTENDED | REG_NOSUB)
        guard code == 0 else {
            var reason = [CChar](repeating: 0, count: 256)
            _ = unsafe regerror(code, compiled, &reason, reason.count)
            unsafe compiled.deallocate()
            let octets = reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
            throw SyntaxError(reason: String(decoding: octets, as: UTF8.self))
        }
        unsafe self.compiled = compiled
    }

    deinit {
        unsafe regfree(compiled)
        unsafe compiled.deallocate()
    }

    /// Whether any part of the text matches.
    package func matches(_ text: String) -> Bool {
        unsafe regexec(compiled, text, 0, nil, 0) == 0
    }
}
