#include <openssl/err.h>
#include <openssl/tls1.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "tls.h"

parley_tls *tls_of(const SSL *ssl) {
    return SSL_get_app_data(ssl);
}

static void note(parley_tls *tls, parley_tls_fault fault, int detail) {
    if (tls->failure.fault != PARLEY_FAULT_NONE) return;
    tls->failure = (parley_tls_failure){.fault = fault, .detail = detail};
}

int tls_is_flooded(const parley_tls *tls) {
    return tls->is_established
        && (tls->idle_records > TLS_MOST_IDLE_RECORDS
            || tls->key_updates > tls->allowed_key_updates);
}

// Counts what OpenSSL itself accepts without end.
static void count_message(
    int is_written, int version, int kind, const void *bytes, size_t count, SSL *ssl, void *unused) {
    (void)version, (void)unused;
    parley_tls *tls = tls_of(ssl);
    if (is_written || !tls || !tls->is_established) return;
    if (kind == SSL3_RT_INNER_CONTENT_TYPE) tls->idle_records++;
    if (kind == SSL3_RT_HANDSHAKE && count > 0 && *(const uint8_t *)bytes == SSL3_MT_KEY_UPDATE)
        tls->key_updates++;
}

// Whether a ClientHello offers TLS 1.3: the two bytes 03 04 in the list of its extension.
static int offers_tls13(SSL *ssl) {
    const unsigned char *list;
    size_t count;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_supported_versions, &list, &count) != 1) return 0;
    for (size_t index = 1; index + 1 < count; index += 2)
        if (list[index] == 3 && list[index + 1] == 4) return 1;
    return 0;
}

// OpenSSL asks for the application protocol only where the client offers one.
static int check_client_hello(SSL *ssl, int *alert, void *unused) {
    (void)unused;
    const unsigned char *list;
    size_t count;
    if (!offers_tls13(ssl)) {
        note(tls_of(ssl), PARLEY_FAULT_OLD_VERSION, 0);
        *alert = SSL_AD_PROTOCOL_VERSION;
        return SSL_CLIENT_HELLO_ERROR;
    }
    if (SSL_client_hello_get0_ext(
            ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &list, &count) != 1) {
        note(tls_of(ssl), PARLEY_FAULT_NO_PROTOCOL, 0);
        *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
        return SSL_CLIENT_HELLO_ERROR;
    }
    return SSL_CLIENT_HELLO_SUCCESS;
}

static int select_protocol(
    SSL *ssl, const unsigned char **selected, unsigned char *selected_count,
    const unsigned char *offered, unsigned int offered_count, void *unused) {
    (void)unused;
    for (unsigned int index = 0; index < offered_count; index += offered[index] + 1u) {
        unsigned int count = offered[index];
        if (count + 1 > offered_count - index) break;
        if (count + 1 == TLS_PROTOCOL_COUNT
            && memcmp(offered + index, TLS_PROTOCOL, TLS_PROTOCOL_COUNT) == 0) {
            *selected = offered + index + 1;
            *selected_count = (unsigned char)count;
            return SSL_TLSEXT_ERR_OK;
        }
    }
    note(tls_of(ssl), PARLEY_FAULT_NO_PROTOCOL, 0);
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int has_selected_protocol(SSL *ssl) {
    const unsigned char *protocol;
    unsigned int count;
    SSL_get0_alpn_selected(ssl, &protocol, &count);
    return count + 1 == TLS_PROTOCOL_COUNT && memcmp(protocol, &TLS_PROTOCOL[1], count) == 0;
}

static int refuse(
    X509_STORE_CTX *store, parley_tls *tls, parley_tls_fault fault, int detail, int error) {
    note(tls, fault, detail);
    X509_STORE_CTX_set_error(store, error);
    return 0;
}

static int verify_peer(X509_STORE_CTX *store, void *unused) {
    (void)unused;
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    parley_tls *tls = tls_of(ssl);
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    if (!has_selected_protocol(ssl))
        return refuse(store, tls, PARLEY_FAULT_NO_PROTOCOL, 0, X509_V_ERR_APPLICATION_VERIFICATION);
    if (!certificate || security_key_digest(certificate, tls->peer_digest) < 0)
        return refuse(store, tls, PARLEY_FAULT_PROTOCOL, 0, X509_V_ERR_UNSPECIFIED);
    tls->has_peer_digest = 1;
    switch (tls->trust) {
    case PARLEY_TRUST_PIN:
        if (tls->pin_count > 0 && parley_is_equal(tls->pin, tls->peer_digest, tls->pin_count))
            return 1;
        return refuse(store, tls, PARLEY_FAULT_PIN, 0, X509_V_ERR_APPLICATION_VERIFICATION);
    case PARLEY_TRUST_STORE:
    case PARLEY_TRUST_REALM:
        break;
    }
    if (X509_verify_cert(store) != 1) {
        note(tls, PARLEY_FAULT_CERTIFICATE, X509_STORE_CTX_get_error(store));
        return 0;
    }
    if (tls->trust == PARLEY_TRUST_REALM && !security_realm_name(certificate, tls->peer_name))
        return refuse(
            store, tls, PARLEY_FAULT_CERTIFICATE, X509_V_ERR_APPLICATION_VERIFICATION,
            X509_V_ERR_APPLICATION_VERIFICATION);
    return 1;
}

void tls_set_server_callbacks(SSL_CTX *context) {
    SSL_CTX_set_msg_callback(context, count_message);
    SSL_CTX_set_client_hello_cb(context, check_client_hello, NULL);
    SSL_CTX_set_alpn_select_cb(context, select_protocol, NULL);
}

void tls_set_verifying_callbacks(SSL_CTX *context) {
    SSL_CTX_set_msg_callback(context, count_message);
    SSL_CTX_set_cert_verify_callback(context, verify_peer, NULL);
}

static parley_tls_fault fault_of(int reason) {
    switch (reason) {
    case SSL_R_HTTP_REQUEST:
        return PARLEY_FAULT_HTTP;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_RECORD_LENGTH_MISMATCH:
    case SSL_R_BAD_RECORD_TYPE:
        return PARLEY_FAULT_NOT_TLS;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return PARLEY_FAULT_OLD_VERSION;
    case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
        return PARLEY_FAULT_NO_PROTOCOL;
    case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC:
        return PARLEY_FAULT_CORRUPT;
    default:
        return reason > SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256
            ? PARLEY_FAULT_ALERT : PARLEY_FAULT_PROTOCOL;
    }
}

void tls_note_failure(parley_tls *tls, int result) {
    (void)result;
    unsigned long error = ERR_peek_error();
    int reason = ERR_GET_REASON(error);
    if (tls_is_flooded(tls)) note(tls, PARLEY_FAULT_FLOOD, 0);
    if (tls->failure.fault == PARLEY_FAULT_NONE) {
        parley_tls_fault fault = error ? fault_of(reason) : PARLEY_FAULT_PROTOCOL;
        note(tls, fault, fault == PARLEY_FAULT_ALERT ? reason - SSL_AD_REASON_OFFSET : reason);
    }
    if (!tls->failure.text) tls->failure.text = ERR_reason_error_string(error);
    ERR_clear_error();
}
