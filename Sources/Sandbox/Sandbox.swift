internal import CLinux
internal import Glibc
package import POSIX

/// Gives up, for the rest of the process, what a session does not need: what is left is to talk over
/// descriptors that are open already, and to deliver into the given directories.
///
/// There is no way back, and programs that are started inherit it; none can be started, though.
package enum Sandbox {
    /// How much of it is wanted.
    package enum Mode: String, Sendable, CaseIterable {
        /// Whatever the kernel has.
        case auto
        /// All of it; a kernel that lacks something is an error.
        case require
        case off
    }

    /// What is in force.
    package struct Protections: Equatable, Sendable {
        /// The version of Landlock's interface that was used, 0 for none.
        package var landlockVersion = 0
        package var filtersSystemCalls = false

        package init() {}

        /// Nothing that there could be is missing.
        package var isComplete: Bool { landlockVersion > 0 && filtersSystemCalls }
    }

    /// Enters it. Files can be made, written, moved and removed beneath `directories`, which are
    /// open, and nowhere else; nothing can be read, connected to, signalled or executed.
    ///
    /// With `.require` it throws if the kernel lacks a part, with `.auto` never.
    package static func enter(_ mode: Mode, directories: [CInt]) throws(SystemError) -> Protections
    {
        var protections = Protections()
        if mode == .off { return protections }
        do throws(SystemError) {
            // prctl(2): without it only root may restrict itself.
            try retrying("prctl") { clinux_set_no_new_privileges() }
            protections.landlockVersion = try Landlock.restrict(to: directories)
        } catch {
            if mode == .require { throw error }
        }
        do throws(SystemError) {
            // Last, as it forbids the calls of the other.
            try SystemCallFilter.install()
            protections.filtersSystemCalls = true
        } catch {
            if mode == .require { throw error }
        }
        return protections
    }
}
