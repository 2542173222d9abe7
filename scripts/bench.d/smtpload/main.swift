import Foundation

/// One run of the program; returns its exit status.
func runLoad(_ arguments: [String]) -> CInt {
    do {
        let options = try LoadOptions(arguments)
        let message = Message(octets: options.messageOctets)
        let tls = try ClientTLS(authorityFile: options.authorityFile)
        if options.warmUpSessions > 0 {
            _ = Load(options, message, tls, sessions: options.warmUpSessions).run()
        }
        let outcome = Load(options, message, tls, sessions: options.sessions).run()
        print(try outcome.json)
        return outcome.failures.isEmpty ? 0 : 1
    } catch {
        FileHandle.standardError.write(Data("smtpload: \(error)\n".utf8))
        return 2
    }
}

let status = runLoad(Array(CommandLine.arguments.dropFirst()))
// Not `exit`: OpenSSL would clean up while threads that have said that they are done still end.
fflush(nil)
_exit(status)
