/// A fault in the command line, or in a file that it names: one line that names it.
package struct OptionError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
