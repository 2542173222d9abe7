internal import CLinux
internal import Glibc
internal import Notation

/// What the process finds around it: the variables that it was started with, and the machine's name.
package enum Environment {
    /// The value of a variable, or nil where it is unset or empty.
    package static subscript(name: String) -> String? {
        guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
        return unsafe String(cString: value)
    }

    /// Calls `body` with the name and the value of each variable.
    package static func forEach(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        guard var entry = unsafe clinux_environment() else { return }
        while let text = unsafe entry.pointee {
            let octets = unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
            if let end = octets.firstIndex(of: .equals) {
                body(octets[..<end], octets[(end + 1)...])
            }
            unsafe entry += 1
        }
    }

    /// The machine's host name, which may be any text; nil where it cannot be had.
    package static var machineName: String? {
        var name = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return nil }
        return String(writtenByC: name)
    }
}
