internal import CParleySecurity

extension TLSConnection {
    /// The error that the last failure is.
    func error(host: String, rule: TLSRule?) -> TLSError {
        let (fault, detail, text) = failure
        return switch fault {
        case PARLEY_FAULT_NO_PROTOCOL: .noApplicationProtocol
        case PARLEY_FAULT_OLD_VERSION: .oldVersion
        case PARLEY_FAULT_HTTP: .plainHTTP
        case PARLEY_FAULT_NOT_TLS: .notTLS
        case PARLEY_FAULT_CERTIFICATE: .certificate(CertificateProblem(code: detail, host: host))
        case PARLEY_FAULT_PIN: keyError(rule)
        case PARLEY_FAULT_ALERT: .alert(TLSAlert(code: UInt8(clamping: detail)))
        case PARLEY_FAULT_CORRUPT: .corruptRecord
        case PARLEY_FAULT_TOO_LONG: .handshakeTooLong(limit: TLSEngine.longestMessage)
        case PARLEY_FAULT_FLOOD: .idleRecords
        default: .protocolViolation(text)
        }
    }

    private func keyError(_ rule: TLSRule?) -> TLSError {
        guard let offered = peerKey else { return .protocolViolation("no certificate") }
        guard case .pin(let expected) = rule else { return .unknownServer(offered: offered) }
        return .wrongKey(expected: expected, offered: offered)
    }
}

extension CertificateProblem {
    /// The problem that OpenSSL calls by that number (X509_V_ERR in openssl/x509_vfy.h).
    fileprivate init(code: Int32, host: String) {
        self =
            switch code {
            case 62, 64: .wrongName(expected: host)
            case 10: .expired
            case 9: .notYetValid
            case 2, 18, 19, 20, 21, 27: .untrusted
            case 23: .revoked
            default: .other(unsafe String(cString: parley_verify_error_text(code)))
            }
    }
}
