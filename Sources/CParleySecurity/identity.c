#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "security.h"

// A longer chain than any authority issues.
#define LONGEST_CHAIN 16

// Refuses a password, where OpenSSL's own callback would ask for one at the terminal.
static int no_password(char *buffer, int size, int is_writing, void *was_asked) {
    (void)buffer, (void)size, (void)is_writing;
    *(int *)was_asked = 1;
    return -1;
}

void parley_identity_free(parley_identity *identity) {
    if (!identity) return;
    X509_free(identity->certificate);
    sk_X509_pop_free(identity->chain, X509_free);
    EVP_PKEY_free(identity->key);
    OPENSSL_free(identity);
}

static parley_identity *make_identity(void) {
    parley_identity *identity = OPENSSL_zalloc(sizeof *identity);
    if (!identity) return NULL;
    identity->chain = sk_X509_new_null();
    if (identity->chain) return identity;
    OPENSSL_free(identity);
    return NULL;
}

static parley_identity_fault read_chain(parley_identity *identity, BIO *input) {
    int was_asked = 0;
    identity->certificate = PEM_read_bio_X509(input, NULL, no_password, &was_asked);
    if (!identity->certificate) return PARLEY_IDENTITY_NO_CERTIFICATE;
    X509 *next;
    while ((next = PEM_read_bio_X509(input, NULL, no_password, &was_asked))) {
        if (sk_X509_num(identity->chain) >= LONGEST_CHAIN || !sk_X509_push(identity->chain, next)) {
            X509_free(next);
            return PARLEY_IDENTITY_TOO_MANY;
        }
    }
    return 0;
}

static parley_identity_fault read_key(parley_identity *identity, BIO *input) {
    int was_asked = 0;
    identity->key = PEM_read_bio_PrivateKey(input, NULL, no_password, &was_asked);
    if (!identity->key)
        return was_asked ? PARLEY_IDENTITY_ENCRYPTED_KEY : PARLEY_IDENTITY_NO_KEY;
    return X509_check_private_key(identity->certificate, identity->key) == 1
        ? 0 : PARLEY_IDENTITY_MISMATCH;
}

parley_identity *parley_identity_parse(
    const uint8_t *chain, size_t chain_count, const uint8_t *key, size_t key_count,
    parley_identity_fault *fault) {
    security_start();
    ERR_clear_error();
    *fault = PARLEY_IDENTITY_FAILED;
    parley_identity *identity = make_identity();
    BIO *chain_input = BIO_new_mem_buf(chain, (int)chain_count);
    BIO *key_input = BIO_new_mem_buf(key, (int)key_count);
    if (identity && chain_input && key_input) {
        *fault = read_chain(identity, chain_input);
        if (*fault == 0) *fault = read_key(identity, key_input);
    }
    BIO_free(chain_input);
    BIO_free(key_input);
    ERR_clear_error();
    if (*fault == 0) return identity;
    parley_identity_free(identity);
    return NULL;
}

// What a new certificate says. NULL leaves an extension out.
typedef struct {
    const char *subject, *constraints, *usage, *purposes, *names;
} certificate_profile;

static int add_extension(X509 *certificate, X509 *issuer, int kind, const char *value) {
    if (!value) return 1;
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    int result = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return result;
}

static int set_serial(X509 *certificate) {
    uint8_t bytes[16];
    if (RAND_bytes(bytes, sizeof bytes) != 1) return 0;
    bytes[0] = (uint8_t)((bytes[0] & 0x7f) | 0x40);
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    int result = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return result;
}

// `issuer` signs; it is the identity itself for a certificate that signs itself.
static int fill_certificate(
    const parley_identity *identity, const parley_identity *issuer,
    const certificate_profile *profile, int64_t valid_from, int64_t valid_until) {
    X509 *certificate = identity->certificate, *signer = issuer->certificate;
    X509_NAME *name = X509_get_subject_name(certificate);
    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate)
        && ASN1_TIME_set(X509_getm_notBefore(certificate), valid_from)
        && ASN1_TIME_set(X509_getm_notAfter(certificate), valid_until)
        && X509_NAME_add_entry_by_txt(
               name, "CN", MBSTRING_ASC, (const unsigned char *)profile->subject, -1, -1, 0) == 1
        && X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1
        && X509_set_pubkey(certificate, identity->key) == 1
        && add_extension(certificate, signer, NID_basic_constraints, profile->constraints)
        && add_extension(certificate, signer, NID_key_usage, profile->usage)
        && add_extension(certificate, signer, NID_ext_key_usage, profile->purposes)
        && add_extension(certificate, signer, NID_subject_key_identifier, "hash")
        && (issuer == identity
            || add_extension(certificate, signer, NID_authority_key_identifier, "keyid:always"))
        && add_extension(certificate, signer, NID_subject_alt_name, profile->names)
        && X509_sign(certificate, issuer->key, EVP_sha256()) > 0;
}

// A new key and its certificate. Without an issuer it signs itself.
static parley_identity *generate(
    const parley_identity *issuer, const certificate_profile *profile, int64_t valid_from,
    int64_t valid_until) {
    security_start();
    ERR_clear_error();
    parley_identity *identity = make_identity();
    if (!identity) return NULL;
    identity->key = EVP_EC_gen("P-256");
    identity->certificate = X509_new();
    if (identity->key && identity->certificate
        && fill_certificate(
               identity, issuer ? issuer : identity, profile, valid_from, valid_until))
        return identity;
    ERR_clear_error();
    parley_identity_free(identity);
    return NULL;
}

parley_identity *parley_identity_generate(
    const char *names, int64_t valid_from, int64_t valid_until) {
    certificate_profile profile = {
        "parley", "critical,CA:FALSE", "critical,digitalSignature", "serverAuth",
        names[0] ? names : NULL};
    return generate(NULL, &profile, valid_from, valid_until);
}

parley_identity *parley_identity_generate_authority(int64_t valid_from, int64_t valid_until) {
    certificate_profile profile = {
        "parley realm", "critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign", NULL, NULL};
    return generate(NULL, &profile, valid_from, valid_until);
}

parley_identity *parley_identity_issue(
    const parley_identity *authority, const char *name, int64_t valid_from, int64_t valid_until) {
    char uri[PARLEY_NAME_COUNT + sizeof "URI:" REALM_SCHEME];
    BIO_snprintf(uri, sizeof uri, "URI:" REALM_SCHEME "%s", name);
    certificate_profile profile = {
        name, "critical,CA:FALSE", "critical,digitalSignature", "serverAuth,clientAuth", uri};
    parley_identity *identity = generate(authority, &profile, valid_from, valid_until);
    if (!identity) return NULL;
    // Whoever has the key then also has what the certificates of others are judged by.
    if (sk_X509_push(identity->chain, authority->certificate)) {
        X509_up_ref(authority->certificate);
        return identity;
    }
    parley_identity_free(identity);
    return NULL;
}

int security_key_digest(X509 *certificate, uint8_t *digest) {
    uint8_t *encoded = NULL;
    int count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
    if (count <= 0) return -1;
    int result = parley_sha256(encoded, (size_t)count, digest);
    OPENSSL_free(encoded);
    return result;
}

int parley_identity_key_digest(const parley_identity *identity, uint8_t *digest) {
    int result = security_key_digest(identity->certificate, digest);
    ERR_clear_error();
    return result;
}

int parley_identity_write(
    const parley_identity *identity, int with_key,
    void (*write)(void *context, const uint8_t *bytes, size_t count), void *context) {
    ERR_clear_error();
    BIO *output = BIO_new(BIO_s_secmem());
    int result = output != NULL;
    if (result && with_key)
        result = PEM_write_bio_PrivateKey(output, identity->key, NULL, NULL, 0, NULL, NULL) == 1;
    if (result) result = PEM_write_bio_X509(output, identity->certificate) == 1;
    for (int index = 0; result && index < sk_X509_num(identity->chain); index++)
        result = PEM_write_bio_X509(output, sk_X509_value(identity->chain, index)) == 1;
    char *bytes = NULL;
    long count = result ? BIO_get_mem_data(output, &bytes) : 0;
    if (count > 0) write(context, (const uint8_t *)bytes, (size_t)count);
    BIO_free(output);
    ERR_clear_error();
    return count > 0 ? 0 : -1;
}
