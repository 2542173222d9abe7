internal import Glibc
internal import Verify

exit(Program.run(Array(CommandLine.arguments.dropFirst())))
