#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

#include "security.h"

struct parley_aead {
    EVP_CIPHER_CTX *context;
    uint8_t iv[PARLEY_NONCE_COUNT];
};

int parley_has_aes(void) {
#if defined(__x86_64__) || defined(__i386__)
    return __builtin_cpu_supports("aes") != 0;
#elif defined(__aarch64__) && defined(__linux__)
    // The kernel's HWCAP_AES. AT_HWCAP is 16.
    extern unsigned long getauxval(unsigned long);
    return (getauxval(16) >> 3) & 1;
#elif defined(__aarch64__)
    return 1;
#else
    return 0;
#endif
}

parley_aead *parley_aead_new(int cipher, int is_sealing, const uint8_t *key, const uint8_t *iv) {
    security_start();
    const EVP_CIPHER *kind = cipher == PARLEY_AES_128_GCM ? EVP_aes_128_gcm()
        : cipher == PARLEY_AES_256_GCM                    ? EVP_aes_256_gcm()
                                                          : EVP_chacha20_poly1305();
    parley_aead *aead = OPENSSL_zalloc(sizeof *aead);
    if (!aead) return NULL;
    aead->context = EVP_CIPHER_CTX_new();
    memcpy(aead->iv, iv, sizeof aead->iv);
    // All ciphers have nonces of twelve bytes by default.
    if (aead->context && EVP_CipherInit_ex(aead->context, kind, NULL, key, iv, is_sealing) == 1)
        return aead;
    ERR_clear_error();
    parley_aead_free(aead);
    return NULL;
}

void parley_aead_free(parley_aead *aead) {
    if (!aead) return;
    EVP_CIPHER_CTX_free(aead->context);
    OPENSSL_clear_free(aead, sizeof *aead);
}

void parley_aead_set_iv(parley_aead *aead, const uint8_t *iv) {
    memcpy(aead->iv, iv, sizeof aead->iv);
}

static void set_nonce(const parley_aead *aead, uint64_t number, uint8_t *nonce) {
    memcpy(nonce, aead->iv, PARLEY_NONCE_COUNT);
    for (int index = 0; index < 8; index++)
        nonce[PARLEY_NONCE_COUNT - 1 - index] ^= (uint8_t)(number >> (8 * index));
}

int parley_aead_seal(
    parley_aead *aead, uint64_t number, uint8_t *packet, size_t header_count, size_t count) {
    uint8_t nonce[PARLEY_NONCE_COUNT];
    uint8_t *text = packet + header_count;
    int length = 0;
    if (header_count > INT_MAX || count > INT_MAX) return -1;
    set_nonce(aead, number, nonce);
    if (EVP_EncryptInit_ex(aead->context, NULL, NULL, NULL, nonce) == 1
        && EVP_EncryptUpdate(aead->context, NULL, &length, packet, (int)header_count) == 1
        && EVP_EncryptUpdate(aead->context, text, &length, text, (int)count) == 1
        && EVP_EncryptFinal_ex(aead->context, text + count, &length) == 1
        && EVP_CIPHER_CTX_ctrl(
               aead->context, EVP_CTRL_AEAD_GET_TAG, PARLEY_TAG_COUNT, text + count) == 1)
        return 0;
    ERR_clear_error();
    return -1;
}

int parley_aead_open(
    parley_aead *aead, uint64_t number, const uint8_t *packet, size_t header_count, size_t count,
    uint8_t *plaintext) {
    uint8_t nonce[PARLEY_NONCE_COUNT];
    const uint8_t *text = packet + header_count;
    uint8_t none;
    int length = 0;
    if (header_count > INT_MAX || count > INT_MAX) return -1;
    // Without memory, EVP would take the ciphertext for a header.
    if (!plaintext) plaintext = &none;
    set_nonce(aead, number, nonce);
    // EVP only reads the tag.
    int ready = EVP_DecryptInit_ex(aead->context, NULL, NULL, NULL, nonce) == 1
        && EVP_CIPHER_CTX_ctrl(
               aead->context, EVP_CTRL_AEAD_SET_TAG, PARLEY_TAG_COUNT, (uint8_t *)text + count) == 1
        && EVP_DecryptUpdate(aead->context, NULL, &length, packet, (int)header_count) == 1
        && EVP_DecryptUpdate(aead->context, plaintext, &length, text, (int)count) == 1;
    // A wrong tag leaves no entry in the error queue. Whatever else can fail here may.
    if (!ready) ERR_clear_error();
    if (ready && EVP_DecryptFinal_ex(aead->context, plaintext + count, &length) == 1) return 0;
    OPENSSL_cleanse(plaintext, count);
    return -1;
}
