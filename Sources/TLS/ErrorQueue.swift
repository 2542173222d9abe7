internal import COpenSSL
internal import Glibc
internal import POSIX

/// OpenSSL's queue of errors, which belongs to the thread and not to a connection: what one call
/// leaves in it would be taken for the fault of the next.
enum ErrorQueue {
    /// To see that it is empty, as it nearly always is, costs less than to clear it.
    static func clear() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    /// Whether the earliest error is this one of libssl or of the PEM reader. Later ones may come from
    /// what OpenSSL does about it: where the client is gone, 3.5 says that no alert could be sent.
    static func beginsWith(library: CInt, reason: CInt) -> Bool {
        let code = ERR_peek_error()
        return copenssl_error_library(code) == library && copenssl_error_reason(code) == reason
    }

    /// Empties the queue into one text, the root of the trouble first, or nil if it was empty.
    static func drain() -> String? {
        guard ERR_peek_error() != 0 else { return nil }
        OpenSSL.loadErrorTexts()
        var texts: [String] = []
        var numbers: [String] = []
        var detail: String?
        while let code = takeFirst(&detail) {
            guard let text = alert(code) ?? text(code, detail) else {
                numbers.append("OpenSSL error \(String(code, radix: 16))")
                continue
            }
            if !texts.contains(text) { texts.append(text) }
        }
        // What has no text comes from deep below, and those above say enough.
        return (texts.isEmpty ? numbers : texts).joined(separator: "; ")
    }

    /// Takes the earliest error, and what there is to say about the case at hand.
    private static func takeFirst(_ detail: inout String?) -> CUnsignedLong? {
        var data: UnsafePointer<CChar>?
        var flags: CInt = 0
        let code = unsafe ERR_get_error_all(nil, nil, nil, &data, &flags)
        detail = nil
        if flags & ERR_TXT_STRING != 0, let data = unsafe data {
            detail = unsafe String(cString: data)
        }
        return code == 0 ? nil : code
    }

    private static func text(_ code: CUnsignedLong, _ detail: String?) -> String? {
        if copenssl_is_system_error(code) != 0 {
            return SystemError.reason(of: copenssl_error_reason(code))
        }
        guard let reason = unsafe ERR_reason_error_string(code) else { return nil }
        let text = unsafe String(cString: reason) + (isOfSecurityLevel(code) ? securityHint : "")
        guard let detail, !detail.isEmpty else { return text }
        return "\(text) (\(detail))"
    }

    /// Whether it is about a key or a signature that the security level refuses.
    private static func isOfSecurityLevel(_ code: CUnsignedLong) -> Bool {
        guard copenssl_error_library(code) == ERR_LIB_SSL else { return false }
        switch copenssl_error_reason(code) {
        case SSL_R_EE_KEY_TOO_SMALL, SSL_R_CA_KEY_TOO_SMALL, SSL_R_CA_MD_TOO_WEAK,
            SSL_R_DH_KEY_TOO_SMALL:
            return true
        default: return false
        }
    }

    private static let securityHint =
        ", which OpenSSL's security level refuses; --smtp-tls-ciphers=DEFAULT:@SECLEVEL=0 lets it pass"

    /// What the peer said that it minds, if the error is that it did.
    private static func alert(_ code: CUnsignedLong) -> String? {
        let number = copenssl_error_reason(code) - SSL_AD_REASON_OFFSET
        guard copenssl_error_library(code) == ERR_LIB_SSL, (0...255).contains(number) else {
            return nil
        }
        let name = unsafe SSL_alert_desc_string_long(number).map { unsafe String(cString: $0) }
        return "the client sent the alert \"\(name ?? "unknown")\" (\(number))"
    }
}

extension TLSError {
    /// The failure that OpenSSL's queue tells of; the queue is empty afterwards.
    static func drained(_ operation: String, path: String? = nil) -> TLSError {
        TLSError(
            operation, path: path, reason: ErrorQueue.drain() ?? "OpenSSL does not say why")
    }
}

extension SystemError {
    /// As in `Connection reset by peer (errno 104)`.
    static func reason(of code: CInt) -> String {
        let text = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
        return "\(text) (errno \(code))"
    }
}
