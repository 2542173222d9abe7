internal import CLinux
internal import Glibc
internal import Notation

/// A POSIX extended regular expression (regex(7)), compiled.
@safe public struct RegularExpression: ~Copyable {
    private let compiled: UnsafeMutablePointer<regex_t>

    /// Why a pattern is no regular expression, in the words of the C library or our own.
    package struct SyntaxError: Error, Equatable, CustomStringConvertible {
        package let reason: String

        package init(_ reason: String) {
            self.reason = reason
        }

        package var description: String { reason }
    }

    package init(extended pattern: String, ignoresCase: Bool) throws(SyntaxError) {
        let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        let flags = REG_EXTENDED | REG_NOSUB | (ignoresCase ? REG_ICASE : 0)
        let code = unsafe regcomp(compiled, pattern, flags)
        guard code == 0 else {
            var reason = [CChar](repeating: 0, count: 256)
            _ = unsafe regerror(code, compiled, &reason, reason.count)
            unsafe compiled.deallocate()
            throw SyntaxError(String(writtenByC: reason))
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
