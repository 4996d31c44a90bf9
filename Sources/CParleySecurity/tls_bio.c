#include <openssl/bio.h>
#include <string.h>

#include "tls.h"

// OpenSSL's memory BIOs keep buffers of their own; this one has none, so that an idle connection
// holds only the SSL object.

static int read_input(BIO *bio, char *bytes, size_t count, size_t *taken) {
    parley_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    *taken = 0;
    if (tls_is_flooded(tls)) return 0;
    if (tls->input_count == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t part = count < tls->input_count ? count : tls->input_count;
    if (tls->is_server && !tls->is_established && tls_watch_hello(&tls->hello, tls->input, part)) {
        tls->failure.fault = PARLEY_FAULT_TOO_LONG;
        return 0;
    }
    memcpy(bytes, tls->input, part);
    tls->input += part;
    tls->input_count -= part;
    *taken = part;
    return 1;
}

static int write_output(BIO *bio, const char *bytes, size_t count, size_t *written) {
    parley_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    *written = 0;
    size_t needed = tls->output_begin + tls->output_count + count;
    if (needed > tls->output_capacity) {
        size_t capacity = tls->output_capacity * 2 > needed ? tls->output_capacity * 2 : needed;
        uint8_t *grown = OPENSSL_realloc(tls->output, capacity);
        if (!grown) return 0;
        tls->output = grown;
        tls->output_capacity = capacity;
    }
    memcpy(tls->output + tls->output_begin + tls->output_count, bytes, count);
    tls->output_count += count;
    *written = count;
    return 1;
}

static long control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *method;

static void make_method(void) {
    BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "parley");
    if (made && BIO_meth_set_read_ex(made, read_input) == 1
        && BIO_meth_set_write_ex(made, write_output) == 1
        && BIO_meth_set_ctrl(made, control) == 1)
        method = made;
}

BIO *tls_make_bio(parley_tls *tls) {
    static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
    if (!CRYPTO_THREAD_run_once(&once, make_method) || !method) return NULL;
    BIO *bio = BIO_new(method);
    if (!bio) return NULL;
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    return bio;
}
