/// All scenarios there are, in the order in which they are run.
package enum Catalogue {
    package static let all =
        controls + downgrades + certificates + versions + injections + failures + tolerances

    package static func scenario(_ id: String) -> Scenario? {
        all.first { $0.id == id }
    }

    /// The scenario without which nothing is judged.
    package static let works = "works"
    static let authNotOffered = "auth-not-offered"

    private static let controls = [
        Scenario(works, .control, .control, "", .delivers),
        Scenario(authNotOffered, .control, .control, "RFC 4954 §4", .sendsNoCredentials) {
            $0.offersAuthInTLS = false
        },
    ]
}
