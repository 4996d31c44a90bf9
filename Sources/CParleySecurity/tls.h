// What the files of TLS share.
#ifndef TLS_H
#define TLS_H

#include "security.h"

struct parley_tls_context {
    SSL_CTX *context;
    int is_realm;
};

// Where a server is in the records that a client sends before its keys are known.
typedef struct {
    uint8_t header[5];
    uint32_t header_count, record_left;
    // How much of a message's own header has come, what it announces, and what of that is to come.
    uint32_t collected, announced, message_left;
} tls_hello_watch;

struct parley_tls {
    SSL *ssl;
    // The caller's bytes, during one call only.
    const uint8_t *input;
    size_t input_count;
    // Ciphertext that waits to leave: freed when it has left.
    uint8_t *output;
    size_t output_begin, output_count, output_capacity;
    // Records since the last one with data, and key updates in all.
    uint32_t idle_records, key_updates, allowed_key_updates;
    int is_server, is_established, has_finished;
    tls_hello_watch hello;
    parley_trust trust;
    uint8_t pin[PARLEY_DIGEST_COUNT];
    size_t pin_count;
    uint8_t peer_digest[PARLEY_DIGEST_COUNT];
    int has_peer_digest;
    char peer_name[PARLEY_NAME_COUNT];
    parley_tls_failure failure;
};

#define TLS_PROTOCOL "\x08parley/1"
#define TLS_PROTOCOL_COUNT 9
// More records in a row than this, none of which has data, end the connection.
#define TLS_MOST_IDLE_RECORDS 8
#define TLS_RECORD_COUNT 16384
// OpenSSL takes memory for as many bytes as a message announces; none needs more than this.
#define TLS_LONGEST_MESSAGE 16384

// A BIO that reads from `input` and writes to `output`.
BIO *tls_make_bio(parley_tls *tls);
// Looks at what a client sends. Returns whether a message announces too much.
int tls_watch_hello(tls_hello_watch *watch, const uint8_t *bytes, size_t count);
int tls_is_flooded(const parley_tls *tls);
parley_tls *tls_of(const SSL *ssl);
// Callbacks that each context has.
void tls_set_server_callbacks(SSL_CTX *context);
void tls_set_verifying_callbacks(SSL_CTX *context);
// Finds out why the last call failed, and empties the error queue.
void tls_note_failure(parley_tls *tls, int result);

#endif
