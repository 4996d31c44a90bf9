#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

#include "common.h"

// A packet of 200 bytes behind a header of 8, as OpenSSL's manual tells its users to seal one.
enum { header = 8, text = 200, tag = 16 };

static void set_number(uint8_t *nonce, int64_t number) {
    for (int index = 0; index < 8; index++) nonce[11 - index] = (uint8_t)(number >> (8 * index));
}

static void seal(EVP_CIPHER_CTX *context, uint8_t *packet, int64_t number) {
    uint8_t nonce[12] = {0};
    int length;
    set_number(nonce, number);
    EVP_EncryptInit_ex(context, NULL, NULL, NULL, nonce);
    EVP_EncryptUpdate(context, NULL, &length, packet, header);
    EVP_EncryptUpdate(context, packet + header, &length, packet + header, text);
    EVP_EncryptFinal_ex(context, packet + header + text, &length);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag, packet + header + text);
}

static int open_packet(EVP_CIPHER_CTX *context, uint8_t *packet, int64_t number) {
    uint8_t nonce[12] = {0};
    int length;
    set_number(nonce, number);
    EVP_DecryptInit_ex(context, NULL, NULL, NULL, nonce);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag, packet + header + text);
    EVP_DecryptUpdate(context, NULL, &length, packet, header);
    EVP_DecryptUpdate(context, packet + header, &length, packet + header, text);
    return EVP_DecryptFinal_ex(context, packet + header + text, &length);
}

int64_t bench_seal(int64_t count, int is_opening) {
    static const uint8_t key[16], nonce[12];
    uint8_t packet[header + text + tag] = {0}, sealed[sizeof packet];
    EVP_CIPHER_CTX *sealer = EVP_CIPHER_CTX_new(), *opener = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(sealer, EVP_aes_128_gcm(), NULL, key, nonce);
    EVP_DecryptInit_ex(opener, EVP_aes_128_gcm(), NULL, key, nonce);
    seal(sealer, packet, 1);
    memcpy(sealed, packet, sizeof packet);
    int64_t began = bench_now();
    for (int64_t number = 0; number < count; number++) {
        if (!is_opening) {
            seal(sealer, packet, number);
            continue;
        }
        memcpy(packet, sealed, sizeof packet);
        if (open_packet(opener, packet, 1) != 1) bench_fail("open");
    }
    int64_t time = bench_now() - began;
    EVP_CIPHER_CTX_free(sealer);
    EVP_CIPHER_CTX_free(opener);
    return time;
}

static SSL_CTX *make_context(const SSL_METHOD *method) {
    SSL_CTX *context = SSL_CTX_new(method);
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set1_groups_list(context, "X25519");
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    return context;
}

static SSL_CTX *make_server(void) {
    SSL_CTX *context = make_context(TLS_server_method());
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)"raw", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    return context;
}

int64_t bench_handshakes(int64_t count) {
    SSL_CTX *server_context = make_server(), *client_context = make_context(TLS_client_method());
    int64_t began = bench_now();
    for (int64_t number = 0; number < count; number++) {
        SSL *client = SSL_new(client_context), *server = SSL_new(server_context);
        BIO *up = BIO_new(BIO_s_mem()), *down = BIO_new(BIO_s_mem());
        BIO_up_ref(up);
        BIO_up_ref(down);
        SSL_set_bio(client, down, up);
        SSL_set_bio(server, up, down);
        SSL_set_connect_state(client);
        SSL_set_accept_state(server);
        SSL_do_handshake(client);
        SSL_do_handshake(server);
        if (SSL_do_handshake(client) != 1 || SSL_do_handshake(server) != 1) bench_fail("handshake");
        SSL_free(client);
        SSL_free(server);
    }
    return bench_now() - began;
}
