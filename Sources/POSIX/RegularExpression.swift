internal import CLinux
internal import Glibc
internal import Notation

/// A regular expression, compiled: a POSIX extended one (regex(7)), or what people write who are
/// used to Perl's or RE2's, as far as `RegularExpression.Dialect` says.
@safe package struct RegularExpression: ~Copyable {
    private let compiled: UnsafeMutablePointer<regex_t>

    /// Why a pattern is no regular expression, in the words of the C library or our own.
    package struct SyntaxError: Error, Equatable {
        package let reason: String
    }

    package init(_ pattern: String) throws(SyntaxError) {
        let dialect = try Dialect(pattern)
        let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        let flags = REG_EXTENDED | REG_NOSUB | (dialect.ignoresCase ? REG_ICASE : 0)
        let code = unsafe regcomp(compiled, dialect.extended, flags)
        guard code == 0 else {
            var reason = [CChar](repeating: 0, count: 256)
            _ = unsafe regerror(code, compiled, &reason, reason.count)
            unsafe compiled.deallocate()
            throw SyntaxError(reason: String(writtenByC: reason))
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
