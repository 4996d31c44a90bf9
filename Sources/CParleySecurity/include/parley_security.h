// The calls of OpenSSL that Parley needs, as plain C types.
//
// Functions that can fail return a negative number or NULL. No function leaves an entry in the
// thread's queue of OpenSSL errors, and none keeps a pointer that it was given beyond its return,
// unless its comment says so.
#ifndef PARLEY_SECURITY_H
#define PARLEY_SECURITY_H

#include <stddef.h>
#include <stdint.h>

// The version of the library that is linked, such as "OpenSSL 3.0.19 27 Jan 2026".
const char *parley_openssl_version(void);

// Bytes ----------------------------------------------------------------------------------------

// Overwrites secret bytes, in a way that the compiler does not remove.
void parley_wipe(void *bytes, size_t count);
// Whether the bytes are equal; takes the same time wherever they differ.
int parley_is_equal(const uint8_t *left, const uint8_t *right, size_t count);

// Digests and derivation -----------------------------------------------------------------------

#define PARLEY_DIGEST_COUNT 32

int parley_sha256(const uint8_t *bytes, size_t count, uint8_t *digest);
// HKDF-SHA-256 (RFC 5869). `secret` gets PARLEY_DIGEST_COUNT bytes.
int parley_hkdf_extract(
    const uint8_t *salt, size_t salt_count, const uint8_t *input, size_t input_count,
    uint8_t *secret);
int parley_hkdf_expand(
    const uint8_t *secret, size_t secret_count, const uint8_t *info, size_t info_count,
    uint8_t *output, size_t output_count);

// Scrypt (RFC 7914) with N = `cost`, r and p. Takes 128 * N * r bytes, and some more.
int parley_scrypt(
    const uint8_t *password, size_t password_count, const uint8_t *salt, size_t salt_count,
    uint64_t cost, uint64_t block_size, uint64_t parallelism, uint8_t *digest, size_t count);

// Random bytes ---------------------------------------------------------------------------------

int parley_random_bytes(uint8_t *bytes, size_t count);

// Returns the next 64 bits of a generator.
typedef uint64_t (*parley_random_source)(void *context);

// Makes every use of randomness by OpenSSL in this process ask the thread's source, where it has
// one. Without a source, OpenSSL's own generator goes on. Cannot be undone.
int parley_random_install(void);
// Sets the source of the calling thread; NULL removes it. Keeps both pointers until then.
void parley_random_use(parley_random_source source, void *context);

// Sealing packets ------------------------------------------------------------------------------

#define PARLEY_AES_128_GCM 1
#define PARLEY_CHACHA20_POLY1305 2
#define PARLEY_AES_256_GCM 3
#define PARLEY_TAG_COUNT 16
#define PARLEY_NONCE_COUNT 12

typedef struct parley_aead parley_aead;

// Whether the processor has instructions for AES.
int parley_has_aes(void);
// One key and its IV, for one of the two directions of work.
parley_aead *parley_aead_new(int cipher, int is_sealing, const uint8_t *key, const uint8_t *iv);
void parley_aead_free(parley_aead *aead);
// Replaces the IV, for one packet whose nonce no number gives: its number is 0.
void parley_aead_set_iv(parley_aead *aead, const uint8_t *iv);
// Seals in place: `packet` is the header, then `count` bytes of plaintext, then room for the tag.
// The nonce is the IV, xor `number` in its last eight bytes (RFC 9001, 5.3).
int parley_aead_seal(
    parley_aead *aead, uint64_t number, uint8_t *packet, size_t header_count, size_t count);
// Opens what parley_aead_seal made: `count` bytes at `plaintext`, which may be where the ciphertext is. Where the
// tag is wrong, they become zeros.
int parley_aead_open(
    parley_aead *aead, uint64_t number, const uint8_t *packet, size_t header_count, size_t count,
    uint8_t *plaintext);

// Identities -----------------------------------------------------------------------------------

typedef enum {
    PARLEY_IDENTITY_NO_CERTIFICATE = 1,
    PARLEY_IDENTITY_NO_KEY,
    PARLEY_IDENTITY_ENCRYPTED_KEY,
    PARLEY_IDENTITY_MISMATCH,
    PARLEY_IDENTITY_TOO_MANY,
    PARLEY_IDENTITY_FAILED,
} parley_identity_fault;

// A certificate with its chain, and its private key.
typedef struct parley_identity parley_identity;

// Reads PEM: the server's certificate first, then its chain; and the key of the certificate.
parley_identity *parley_identity_parse(
    const uint8_t *chain, size_t chain_count, const uint8_t *key, size_t key_count,
    parley_identity_fault *fault);
// A new P-256 key with a certificate that it signs itself. `names` is a list as OpenSSL's
// configuration has it: "DNS:localhost,IP:127.0.0.1". Times are seconds since 1970.
parley_identity *parley_identity_generate(
    const char *names, int64_t valid_from, int64_t valid_until);
void parley_identity_free(parley_identity *identity);

// The room for a name in a certificate of a realm, with its zero byte.
#define PARLEY_NAME_COUNT 65

// A new P-256 key with a certificate by which it signs those of a realm.
parley_identity *parley_identity_generate_authority(int64_t valid_from, int64_t valid_until);
// A new P-256 key with a certificate that the authority signs, for both ends of a connection. The
// authority's certificate is its chain. `name` has a-z, 0-9, ':' and '-'.
parley_identity *parley_identity_issue(
    const parley_identity *authority, const char *name, int64_t valid_from, int64_t valid_until);
int parley_identity_is_authority(const parley_identity *identity);
// The name in an identity that an authority has issued, whose certificate is its chain.
int parley_identity_realm_name(const parley_identity *identity, char *name);
// SHA-256 over the certificate's SubjectPublicKeyInfo.
int parley_identity_key_digest(const parley_identity *identity, uint8_t *digest);
// Calls `write` with pieces of PEM: the key and then the certificates.
int parley_identity_write(
    const parley_identity *identity, int with_key,
    void (*write)(void *context, const uint8_t *bytes, size_t count), void *context);

// TLS ------------------------------------------------------------------------------------------

typedef enum {
    PARLEY_TRUST_PIN = 1,    // the digest of the public key must be the one given
    PARLEY_TRUST_STORE = 2,  // the context's certificates must lead to it, for name and time
    PARLEY_TRUST_REALM = 3,  // the context's authority must have signed it, for this time
} parley_trust;

typedef enum {
    PARLEY_TLS_NEEDS_INPUT = 0,
    PARLEY_TLS_PLAINTEXT = 1,
    PARLEY_TLS_ESTABLISHED = 2,
    PARLEY_TLS_CLOSED = 3,  // the peer sent close_notify
    PARLEY_TLS_FAILED = -1,
} parley_tls_status;

typedef enum {
    PARLEY_FAULT_NONE,
    PARLEY_FAULT_NO_PROTOCOL,   // the peer does not speak parley/1
    PARLEY_FAULT_OLD_VERSION,   // the peer does not speak TLS 1.3
    PARLEY_FAULT_HTTP,          // the peer speaks HTTP without TLS
    PARLEY_FAULT_NOT_TLS,       // the peer's bytes are no TLS record
    PARLEY_FAULT_CERTIFICATE,   // `detail` is an X509_V_ERR code
    PARLEY_FAULT_PIN,           // the public key has another digest, or no pin was given
    PARLEY_FAULT_ALERT,         // the peer ended the connection: `detail` is its alert
    PARLEY_FAULT_CORRUPT,       // a record was changed on its way
    PARLEY_FAULT_TOO_LONG,      // a message of the handshake announces too many bytes
    PARLEY_FAULT_FLOOD,         // too many records without data, or too many key updates
    PARLEY_FAULT_PROTOCOL,      // anything else that breaks the protocol
} parley_tls_fault;

typedef struct {
    parley_tls_fault fault;
    int detail;
    // OpenSSL's own words; static, or NULL.
    const char *text;
} parley_tls_failure;

typedef struct parley_tls_context parley_tls_context;
typedef struct parley_tls parley_tls;

parley_tls_context *parley_tls_server_context(const parley_identity *identity);
// `authorities` is PEM. NULL with `use_system` 0 makes a context for pins only.
parley_tls_context *parley_tls_client_context(
    int use_system, const uint8_t *authorities, size_t count);
// Both ends show a certificate that the realm's authority has signed.
parley_tls_context *parley_tls_realm_context(const parley_identity *identity, int is_server);
void parley_tls_context_free(parley_tls_context *context);

// `time` is for a realm's context; others judge no client.
parley_tls *parley_tls_accept(const parley_tls_context *context, int64_t time);
// `host` is a DNS name or an address, and NULL in a realm; `pin` the first `pin_count` bytes of the
// digest.
parley_tls *parley_tls_connect(
    const parley_tls_context *context, const char *host, int is_address, parley_trust trust,
    const uint8_t *pin, size_t pin_count, int64_t time);
void parley_tls_free(parley_tls *tls);

// Takes ciphertext until there is something to tell. `consumed` and `produced` are set always.
parley_tls_status parley_tls_receive(
    parley_tls *tls, const uint8_t *input, size_t count, size_t *consumed, uint8_t *plaintext,
    size_t capacity, size_t *produced);
// Seals at most one record (16 KiB).
int parley_tls_send(parley_tls *tls, const uint8_t *plaintext, size_t count);
// Queues close_notify.
int parley_tls_finish(parley_tls *tls);
// Changes the key of the sending direction, before the next record.
int parley_tls_update_key(parley_tls *tls, int ask_peer);

// Ciphertext that waits to leave; valid until the next call.
const uint8_t *parley_tls_output(const parley_tls *tls, size_t *count);
void parley_tls_consume_output(parley_tls *tls, size_t count);

// How many key updates the peer may have made since the beginning.
void parley_tls_allow_key_updates(parley_tls *tls, uint32_t count);
parley_tls_failure parley_tls_last_failure(const parley_tls *tls);
// The digest of the peer's public key (PARLEY_DIGEST_COUNT bytes); NULL before it sent one.
const uint8_t *parley_tls_peer_key_digest(const parley_tls *tls);
// The name in the peer's certificate; NULL outside of a realm.
const char *parley_tls_peer_name(const parley_tls *tls);
const char *parley_tls_cipher_name(const parley_tls *tls);
const char *parley_verify_error_text(int code);

#endif
