internal import CCrypt
internal import COpenSSL

/// The hashes of crypt(5), as far as the machine's libcrypt knows them.
enum LibCrypt {
    /// Loaded when the first hash that needs it is read: once a session is confined it is too late.
    private static let function = unsafe ccrypt_load()

    static var isAvailable: Bool { unsafe function != nil }

    /// The longest password that libcrypt takes, in octets.
    static let maximumPasswordOctets = Int(CRYPT_MAX_PASSPHRASE_SIZE) - 1

    /// Whether the password, hashed as the setting wants, gives this; false too where the setting
    /// cannot be used.
    static func hash(_ password: borrowing Secret, setting: String, equals hash: String) -> Bool {
        guard let function = unsafe function else { return false }
        let octets = MemoryLayout<crypt_data>.size
        let workspace = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        unsafe memset(workspace, 0, octets)
        defer {
            unsafe OPENSSL_cleanse(workspace, octets)
            unsafe workspace.deallocate()
        }
        return unsafe password.withCString { phrase in
            guard let result = unsafe function(phrase, setting, workspace, CInt(octets)) else {
                return false
            }
            let digest = unsafe UnsafeRawBufferPointer(start: result, count: strlen(result))
            return unsafe areEqualInConstantTime(Array(digest), Array(hash.utf8))
        }
    }
}
