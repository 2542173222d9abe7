internal import COpenSSL

/// A group for the key exchange, as a provider tells of it. provider-base(7), "CAPABILITIES"
@safe struct TLSGroup {
    typealias Callback =
        @convention(c) (UnsafePointer<OSSL_PARAM>?, UnsafeMutableRawPointer?) -> CInt

    static let capability = "TLS-GROUP"

    let parameters: UnsafePointer<OSSL_PARAM>
    /// Its number in the protocol. RFC 8446 §4.2.7
    let number: UInt16

    private init?(_ parameters: UnsafePointer<OSSL_PARAM>?) {
        var number: CUnsignedInt = 0
        guard let parameters = unsafe parameters,
            let parameter = unsafe OSSL_PARAM_locate_const(
                parameters, OSSL_CAPABILITY_TLS_GROUP_ID),
            unsafe OSSL_PARAM_get_uint(parameter, &number) == 1
        else { return nil }
        unsafe self.parameters = unsafe parameters
        self.number = UInt16(truncatingIfNeeded: number)
    }

    /// Its registered name.
    private var name: String? {
        var name: UnsafePointer<CChar>?
        guard
            let parameter = unsafe OSSL_PARAM_locate_const(
                parameters, OSSL_CAPABILITY_TLS_GROUP_NAME),
            unsafe OSSL_PARAM_get_utf8_string_ptr(parameter, &name) == 1
        else { return nil }
        return unsafe name.map { unsafe String(cString: $0) }
    }

    /// Calls `body` with each group of the provider's until it says no; whether it never did.
    static func forEach(of provider: OpaquePointer, _ body: (TLSGroup) -> Bool) -> Bool {
        withoutActuallyEscaping(body) { body in
            var body = body
            return unsafe withUnsafeMutablePointer(to: &body) { pointer in
                unsafe OSSL_PROVIDER_get_capabilities(
                    provider, capability,
                    { parameters, argument in
                        guard let group = unsafe TLSGroup(parameters),
                            let argument = unsafe argument
                        else { return 0 }
                        let body = unsafe argument.assumingMemoryBound(
                            to: ((TLSGroup) -> Bool).self)
                        return unsafe body.pointee(group) ? 1 : 0
                    }, pointer)
            } == 1
        }
    }

    /// The registered name for a number among all that OpenSSL's default provider has.
    static func name(of number: UInt16) -> String? {
        defer { ErrorQueue.clear() }
        guard let provider = unsafe OSSL_PROVIDER_load(nil, "default") else { return nil }
        defer { unsafe OSSL_PROVIDER_unload(provider) }
        var name: String?
        _ = unsafe forEach(of: provider) { group in
            if group.number == number { name = group.name }
            return name == nil
        }
        return name
    }
}
