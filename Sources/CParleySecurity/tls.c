#include "tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

// Contexts -------------------------------------------------------------------------------------

static int set_common_options(SSL_CTX *context) {
    // AES-128 first; the others are for peers that lack it.
    static const char suites[] =
        "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384";
    SSL_CTX_set_options(
        context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION
            | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_clear_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_ALLOW_NO_DHE_KEX);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_clear_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(context, TLS_LONGEST_MESSAGE);
    SSL_CTX_set_read_ahead(context, 0);
    SSL_CTX_set_security_level(context, 2);
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1
        && SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1
        && SSL_CTX_set_ciphersuites(context, suites) == 1
        && SSL_CTX_set1_groups_list(context, "X25519") == 1
        && SSL_CTX_set_num_tickets(context, 0) == 1
        && SSL_CTX_set_max_early_data(context, 0) == 1;
}

static parley_tls_context *wrap(SSL_CTX *context, int is_complete) {
    parley_tls_context *wrapper = is_complete ? OPENSSL_zalloc(sizeof *wrapper) : NULL;
    ERR_clear_error();
    if (wrapper)
        wrapper->context = context;
    else
        SSL_CTX_free(context);
    return wrapper;
}

static int use_certificate(SSL_CTX *context, const parley_identity *identity) {
    return SSL_CTX_use_certificate(context, identity->certificate) == 1
        && SSL_CTX_use_PrivateKey(context, identity->key) == 1
        && SSL_CTX_check_private_key(context) == 1;
}

static int offer_protocol(SSL_CTX *context) {
    return SSL_CTX_set_alpn_protos(
               context, (const unsigned char *)TLS_PROTOCOL, TLS_PROTOCOL_COUNT) == 0;
}

parley_tls_context *parley_tls_server_context(const parley_identity *identity) {
    security_start();
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    int is_complete = context && set_common_options(context)
        && use_certificate(context, identity)
        && SSL_CTX_set1_chain(context, identity->chain) == 1;
    if (is_complete) tls_set_server_callbacks(context);
    return wrap(context, is_complete);
}

static int add_authorities(SSL_CTX *context, const uint8_t *bytes, size_t count) {
    BIO *input = BIO_new_mem_buf(bytes, (int)count);
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    int added = 0;
    X509 *certificate;
    while (input && (certificate = PEM_read_bio_X509(input, NULL, NULL, NULL))) {
        added += X509_STORE_add_cert(store, certificate) == 1;
        X509_free(certificate);
    }
    BIO_free(input);
    // Each certificate of the file is an anchor: an authority's, an intermediate's or the server's own.
    return added > 0 && X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) == 1;
}

parley_tls_context *parley_tls_client_context(
    int use_system, const uint8_t *authorities, size_t count) {
    security_start();
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    int is_complete = context && set_common_options(context)
        && offer_protocol(context)
        && (!use_system || SSL_CTX_set_default_verify_paths(context) == 1)
        && (!authorities || add_authorities(context, authorities, count));
    if (is_complete) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
        tls_set_verifying_callbacks(context);
    }
    return wrap(context, is_complete);
}

parley_tls_context *parley_tls_realm_context(const parley_identity *identity, int is_server) {
    security_start();
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
    int is_complete = context && sk_X509_num(identity->chain) == 1 && set_common_options(context)
        && use_certificate(context, identity) && (is_server || offer_protocol(context))
        && X509_STORE_add_cert(
               SSL_CTX_get_cert_store(context), sk_X509_value(identity->chain, 0)) == 1
        // OpenSSL would send the authority, too, which the peer has.
        && (SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN) & SSL_MODE_NO_AUTO_CHAIN);
    if (is_complete) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
        if (is_server) tls_set_server_callbacks(context);
        tls_set_verifying_callbacks(context);
    }
    parley_tls_context *wrapper = wrap(context, is_complete);
    if (wrapper) wrapper->is_realm = 1;
    return wrapper;
}

void parley_tls_context_free(parley_tls_context *context) {
    if (!context) return;
    SSL_CTX_free(context->context);
    OPENSSL_free(context);
}

// Connections ----------------------------------------------------------------------------------

static parley_tls *make(const parley_tls_context *context) {
    ERR_clear_error();
    parley_tls *tls = OPENSSL_zalloc(sizeof *tls);
    if (!tls) return NULL;
    tls->ssl = SSL_new(context->context);
    BIO *bio = tls->ssl ? tls_make_bio(tls) : NULL;
    if (context->is_realm) tls->trust = PARLEY_TRUST_REALM;
    if (bio && SSL_set_app_data(tls->ssl, tls) == 1) {
        SSL_set_bio(tls->ssl, bio, bio);
        return tls;
    }
    BIO_free(bio);
    parley_tls_free(tls);
    ERR_clear_error();
    return NULL;
}

parley_tls *parley_tls_accept(const parley_tls_context *context, int64_t time) {
    parley_tls *tls = make(context);
    if (!tls) return NULL;
    tls->is_server = 1;
    if (context->is_realm) X509_VERIFY_PARAM_set_time(SSL_get0_param(tls->ssl), (time_t)time);
    SSL_set_accept_state(tls->ssl);
    return tls;
}

static int set_name(parley_tls *tls, const char *host, int is_address, int64_t time) {
    X509_VERIFY_PARAM *parameters = SSL_get0_param(tls->ssl);
    X509_VERIFY_PARAM_set_time(parameters, (time_t)time);
    if (!host) return 1;
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1;
    return X509_VERIFY_PARAM_set1_host(parameters, host, 0) == 1
        && SSL_set_tlsext_host_name(tls->ssl, host) == 1;
}

parley_tls *parley_tls_connect(
    const parley_tls_context *context, const char *host, int is_address, parley_trust trust,
    const uint8_t *pin, size_t pin_count, int64_t time) {
    if (pin_count > PARLEY_DIGEST_COUNT) return NULL;
    parley_tls *tls = make(context);
    if (!tls) return NULL;
    tls->trust = trust;
    tls->pin_count = pin_count;
    if (pin_count > 0) memcpy(tls->pin, pin, pin_count);
    if (set_name(tls, host, is_address, time)) {
        SSL_set_connect_state(tls->ssl);
        return tls;
    }
    ERR_clear_error();
    parley_tls_free(tls);
    return NULL;
}

void parley_tls_free(parley_tls *tls) {
    if (!tls) return;
    SSL_free(tls->ssl);
    OPENSSL_free(tls->output);
    OPENSSL_free(tls);
}

static parley_tls_status handshake(parley_tls *tls) {
    int result = SSL_do_handshake(tls->ssl);
    if (result == 1) {
        tls->is_established = 1;
        tls->idle_records = 0;
        return PARLEY_TLS_ESTABLISHED;
    }
    int error = SSL_get_error(tls->ssl, result);
    if (error == SSL_ERROR_WANT_READ) return PARLEY_TLS_NEEDS_INPUT;
    tls_note_failure(tls, error);
    return PARLEY_TLS_FAILED;
}

static parley_tls_status read(parley_tls *tls, uint8_t *bytes, size_t capacity, size_t *produced) {
    int result = SSL_read_ex(tls->ssl, bytes, capacity, produced);
    if (result == 1) {
        tls->idle_records = 0;
        return PARLEY_TLS_PLAINTEXT;
    }
    *produced = 0;
    int error = SSL_get_error(tls->ssl, result);
    if (error == SSL_ERROR_WANT_READ && !tls_is_flooded(tls)) return PARLEY_TLS_NEEDS_INPUT;
    if (error == SSL_ERROR_ZERO_RETURN) return PARLEY_TLS_CLOSED;
    tls_note_failure(tls, error);
    return PARLEY_TLS_FAILED;
}

parley_tls_status parley_tls_receive(
    parley_tls *tls, const uint8_t *input, size_t count, size_t *consumed, uint8_t *plaintext,
    size_t capacity, size_t *produced) {
    *produced = 0;
    *consumed = 0;
    if (tls->failure.fault != PARLEY_FAULT_NONE) return PARLEY_TLS_FAILED;
    ERR_clear_error();
    tls->input = input;
    tls->input_count = count;
    parley_tls_status status =
        tls->is_established ? read(tls, plaintext, capacity, produced) : handshake(tls);
    *consumed = count - tls->input_count;
    tls->input = NULL;
    tls->input_count = 0;
    return status;
}

int parley_tls_send(parley_tls *tls, const uint8_t *plaintext, size_t count) {
    size_t written = 0;
    if (!tls->is_established || tls->has_finished || count > TLS_RECORD_COUNT) return -1;
    if (count == 0) return 0;
    ERR_clear_error();
    int result = SSL_write_ex(tls->ssl, plaintext, count, &written);
    if (result == 1 && written == count) return 0;
    tls_note_failure(tls, SSL_get_error(tls->ssl, result));
    return -1;
}

int parley_tls_finish(parley_tls *tls) {
    if (!tls->is_established || tls->has_finished || tls->failure.fault != PARLEY_FAULT_NONE)
        return -1;
    ERR_clear_error();
    tls->has_finished = 1;
    int result = SSL_shutdown(tls->ssl);
    ERR_clear_error();
    return result < 0 ? -1 : 0;
}

int parley_tls_update_key(parley_tls *tls, int ask_peer) {
    if (!tls->is_established || tls->has_finished) return -1;
    ERR_clear_error();
    int kind = ask_peer ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED;
    int result = SSL_key_update(tls->ssl, kind) == 1 && SSL_do_handshake(tls->ssl) == 1;
    ERR_clear_error();
    return result ? 0 : -1;
}

// Questions ------------------------------------------------------------------------------------

const uint8_t *parley_tls_output(const parley_tls *tls, size_t *count) {
    *count = tls->output_count;
    return tls->output_count ? tls->output + tls->output_begin : NULL;
}

void parley_tls_consume_output(parley_tls *tls, size_t count) {
    tls->output_begin += count;
    tls->output_count -= count;
    if (tls->output_count > 0) return;
    OPENSSL_free(tls->output);
    tls->output = NULL;
    tls->output_begin = tls->output_capacity = 0;
}

void parley_tls_allow_key_updates(parley_tls *tls, uint32_t count) {
    tls->allowed_key_updates = count;
}

parley_tls_failure parley_tls_last_failure(const parley_tls *tls) {
    return tls->failure;
}

const uint8_t *parley_tls_peer_key_digest(const parley_tls *tls) {
    return tls->has_peer_digest ? tls->peer_digest : NULL;
}

const char *parley_tls_peer_name(const parley_tls *tls) {
    return tls->peer_name[0] ? tls->peer_name : NULL;
}

const char *parley_tls_cipher_name(const parley_tls *tls) {
    const char *name = SSL_get_cipher_name(tls->ssl);
    return name ? name : "";
}

const char *parley_verify_error_text(int code) {
    return X509_verify_cert_error_string(code);
}
