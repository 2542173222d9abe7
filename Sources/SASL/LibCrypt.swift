internal import CCrypt
internal import COpenSSL

/// The hashes of crypt(5), as far as the machine's libcrypt knows them.
enum LibCrypt {
    static var isAvailable: Bool { ccrypt_is_available() != 0 }

    /// The longest password that libcrypt takes, in octets.
    static let maximumPasswordOctets = Int(CRYPT_MAX_PASSPHRASE_SIZE) - 1

    /// Whether the password, hashed as the setting wants, gives this; false too where the setting
    /// cannot be used.
    static func hash(_ password: borrowing Secret, setting: String, equals hash: String) -> Bool {
        let workspace = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        unsafe memset(workspace, 0, MemoryLayout<crypt_data>.size)
        defer {
            unsafe OPENSSL_cleanse(workspace, MemoryLayout<crypt_data>.size)
            unsafe workspace.deallocate()
        }
        return unsafe password.withCString { phrase in
            guard let result = unsafe ccrypt_hash(phrase, setting, workspace) else { return false }
            let octets = unsafe UnsafeRawBufferPointer(start: result, count: strlen(result))
            return unsafe areEqualInConstantTime(Array(octets), Array(hash.utf8))
        }
    }
}
