/// The words of the command line, the program's own name first.
///
/// They are what `main` is given. Swift's `CommandLine` reads them from /proc, which may not be
/// there, and Embedded Swift has none.
enum ProcessArguments {
    static var all: [String] {
        (0..<Int(unsafe given.count)).compactMap { index in
            unsafe given.words?[index].map { unsafe String(cString: $0) }
        }
    }

    /// Written once, before `main`.
    fileprivate nonisolated(unsafe) static var given: (count: CInt, words: Words?) = (0, nil)
}

private typealias Words = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

// glibc calls what is in this section before `main`, with main's arguments.
@section(".init_array") @used
private let atStart: @convention(c) (CInt, Words?) -> Void = unsafe keepArguments

@c private func keepArguments(
    _ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) {
    unsafe ProcessArguments.given = unsafe (count, words)
}
