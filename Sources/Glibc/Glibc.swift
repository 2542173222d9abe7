// The C library for Embedded Swift: its headers, and what they show to C alone, as it is a macro with
// a cast or a call in it.

@_exported public import CGlibc

public var errno: CInt {
    get { unsafe __errno_location().pointee }
    set { unsafe __errno_location().pointee = newValue }
}

// stat(2) and inode(7)
public var S_IFMT: mode_t { 0o170_000 }
public var S_IFSOCK: mode_t { 0o140_000 }
public var S_IFLNK: mode_t { 0o120_000 }
public var S_IFREG: mode_t { 0o100_000 }
public var S_IFDIR: mode_t { 0o040_000 }
public var S_IRWXG: mode_t { 0o070 }
public var S_IXGRP: mode_t { 0o010 }
public var S_IROTH: mode_t { 0o004 }
public var S_IXOTH: mode_t { 0o001 }

// signal(2)
public var SIG_DFL: __sighandler_t? { nil }
public var SIG_IGN: __sighandler_t? { unsafe unsafeBitCast(1, to: __sighandler_t?.self) }

/// What the standard library asks of libm for the capacity of a set. To load libm for it takes
/// 37,000 instructions and a tenth of a millisecond of each session. Whoever asks has a small number.
@c(ceil) public func roundedUp(_ value: Double) -> Double {
    let whole = Double(Int64(value))
    return whole < value ? whole + 1 : whole
}
