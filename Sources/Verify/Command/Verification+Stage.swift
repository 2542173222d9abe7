internal import Forge
internal import FoundationEssentials
internal import POSIX

extension Verification {
    /// Makes the certificates, enters the isolation if it was asked for, and listens.
    ///
    /// In this order: the certificates need nothing of the isolation, which needs the authority's
    /// and has to be entered before there are threads.
    func makeStage(in directory: RunDirectory) throws -> Stage {
        let host = options.host ?? usualHost
        let certificates = "\(directory.path)/certificates"
        try CertificateFiles.write(for: host, to: certificates)
        if options.isIsolated { try isolate(host, certificates, directory) }
        var stage = StageOptions(host: host, certificateDirectory: certificates)
        stage.port = options.port
        stage.tls = options.tls
        stage.mechanisms = options.mechanisms
        do throws(SystemError) {
            return try Stage(stage)
        } catch {
            throw Fault(machine: "port \(options.port) of loopback: \(error)")
        }
    }

    private var usualHost: String {
        if HostName.isUsualKnown { return HostName.usual }
        Program.say(
            "the host is localhost, which many clients treat in a way of their own; for another: "
                + HostName.advice(HostName.usual))
        return "localhost"
    }

    private func isolate(
        _ host: String, _ certificates: String, _ directory: RunDirectory
    ) throws {
        let file = CertificateFiles.authority(in: certificates)
        let pem = try String(contentsOfFile: file, encoding: .utf8)
        guard let hash = CertificateFiles.subjectHash(ofPEM: pem) else {
            throw IsolationError("\(file) is no certificate")
        }
        try Isolation.enter(
            host: host, authority: .init(pem: pem, hash: hash),
            directory: directory.makeDirectory("isolation"))
    }
}
