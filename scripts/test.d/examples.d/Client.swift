import Foundation
import Testing

/// The client that is tested by the manual's example, of which this is the rest: curl by a function of the shell.
func send(to port: Int) throws {
    let client = try Process.run(
        URL(filePath: "/bin/bash"), arguments: ["-c", "send \(port)"])
    client.waitUntilExit()
    #expect(client.terminationStatus == 0)
}
