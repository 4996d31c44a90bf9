#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <string.h>

#include "security.h"

void security_start(void) {
    OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL);
}

const char *parley_openssl_version(void) {
    return OpenSSL_version(OPENSSL_VERSION);
}

void parley_wipe(void *bytes, size_t count) {
    OPENSSL_cleanse(bytes, count);
}

int parley_is_equal(const uint8_t *left, const uint8_t *right, size_t count) {
    return count == 0 || CRYPTO_memcmp(left, right, count) == 0;
}

int parley_sha256(const uint8_t *bytes, size_t count, uint8_t *digest) {
    security_start();
    unsigned int length = 0;
    int result = EVP_Digest(bytes, count, digest, &length, EVP_sha256(), NULL);
    if (result == 1 && length == PARLEY_DIGEST_COUNT) return 0;
    ERR_clear_error();
    return -1;
}

static int derive(const OSSL_PARAM *parameters, uint8_t *output, size_t count) {
    security_start();
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    int result = context && EVP_KDF_derive(context, output, count, parameters) == 1 ? 0 : -1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    if (result < 0) ERR_clear_error();
    return result;
}

// OpenSSL takes no NULL for an empty string of bytes.
static void *nonnull(const uint8_t *bytes) {
    static uint8_t empty;
    return bytes ? (void *)bytes : &empty;
}

int parley_hkdf_extract(
    const uint8_t *salt, size_t salt_count, const uint8_t *input, size_t input_count,
    uint8_t *secret) {
    int mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, "SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, nonnull(salt), salt_count),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, nonnull(input), input_count),
        OSSL_PARAM_construct_end(),
    };
    return derive(parameters, secret, PARLEY_DIGEST_COUNT);
}

int parley_hkdf_expand(
    const uint8_t *secret, size_t secret_count, const uint8_t *info, size_t info_count,
    uint8_t *output, size_t output_count) {
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, "SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, nonnull(secret), secret_count),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, nonnull(info), info_count),
        OSSL_PARAM_construct_end(),
    };
    return derive(parameters, output, output_count);
}

int parley_scrypt(
    const uint8_t *password, size_t password_count, const uint8_t *salt, size_t salt_count,
    uint64_t cost, uint64_t block_size, uint64_t parallelism, uint8_t *digest, size_t count) {
    security_start();
    // OpenSSL refuses what needs more than 32 MiB unless it is told otherwise.
    uint64_t most = 128 * block_size * (cost + parallelism + 2) + (1 << 20);
    int result = EVP_PBE_scrypt(
        (const char *)nonnull(password), password_count, nonnull(salt), salt_count, cost, block_size,
        parallelism, most, digest, count);
    if (result == 1) return 0;
    ERR_clear_error();
    return -1;
}
