// RAND_set_rand_method is how a whole OpenSSL, handshakes included, becomes repeatable. OpenSSL 3
// deprecates it in favour of providers, which cannot tell threads apart.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/err.h>
#include <openssl/rand.h>
#include <string.h>

#include "security.h"

static _Thread_local parley_random_source thread_source;
static _Thread_local void *thread_context;

int parley_random_bytes(uint8_t *bytes, size_t count) {
    security_start();
    while (count > 0) {
        int part = count > 1 << 20 ? 1 << 20 : (int)count;
        if (RAND_bytes(bytes, part) != 1) {
            ERR_clear_error();
            return -1;
        }
        bytes += part;
        count -= (size_t)part;
    }
    return 0;
}

static int source_bytes(unsigned char *bytes, int count) {
    if (!thread_source) return RAND_OpenSSL()->bytes(bytes, count);
    while (count > 0) {
        uint64_t word = thread_source(thread_context);
        int part = count < 8 ? count : 8;
        memcpy(bytes, &word, (size_t)part);
        bytes += part;
        count -= part;
    }
    return 1;
}

static int source_private_bytes(unsigned char *bytes, int count) {
    return thread_source ? source_bytes(bytes, count) : RAND_OpenSSL()->pseudorand(bytes, count);
}

static int source_status(void) {
    return thread_source ? 1 : RAND_OpenSSL()->status();
}

static int source_seed(const void *bytes, int count) {
    return thread_source ? 1 : RAND_OpenSSL()->seed(bytes, count);
}

static int source_add(const void *bytes, int count, double entropy) {
    return thread_source ? 1 : RAND_OpenSSL()->add(bytes, count, entropy);
}

int parley_random_install(void) {
    static const RAND_METHOD method = {
        .seed = source_seed,
        .bytes = source_bytes,
        .add = source_add,
        .pseudorand = source_private_bytes,
        .status = source_status,
    };
    security_start();
    return RAND_set_rand_method(&method) == 1 ? 0 : -1;
}

void parley_random_use(parley_random_source source, void *context) {
    thread_source = source;
    thread_context = context;
}
