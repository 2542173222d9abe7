internal import Glibc
internal import POSIX

TerminationSignals.setDispositions()

// Nothing is left to be cleaned up: whatever had to be durable is, and the kernel closes the rest.
// exit(3) would run OpenSSL's and the runtime's handlers for nothing.
_exit(Program.run(ProcessArguments.all).rawValue)
