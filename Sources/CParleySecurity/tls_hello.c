#include "tls.h"

// A message begins: its header of four bytes must be whole in this record, as every client writes it.
static int begin_message(tls_hello_watch *watch) {
    watch->collected = watch->announced = 0;
    return watch->record_left < 4;
}

static int watch_header(tls_hello_watch *watch, uint8_t byte) {
    watch->header[watch->header_count++] = byte;
    if (watch->header_count < sizeof watch->header) return 0;
    watch->record_left = (uint32_t)watch->header[3] << 8 | watch->header[4];
    if (watch->record_left == 0) watch->header_count = 0;
    return watch->header[0] == SSL3_RT_HANDSHAKE && watch->message_left == 0
        && begin_message(watch);
}

static int watch_body(tls_hello_watch *watch, uint8_t byte) {
    int is_too_long = 0;
    watch->record_left--;
    if (watch->header[0] == SSL3_RT_HANDSHAKE) {
        if (watch->message_left > 0) {
            watch->message_left--;
        } else {
            // The first byte is the kind, the others are the length.
            if (watch->collected > 0) watch->announced = watch->announced << 8 | byte;
            if (++watch->collected < 4) return 0;
            watch->message_left = watch->announced;
            is_too_long = watch->announced > TLS_LONGEST_MESSAGE;
        }
        if (watch->message_left == 0 && watch->record_left > 0)
            is_too_long |= begin_message(watch);
    }
    if (watch->record_left == 0) watch->header_count = 0;
    return is_too_long;
}

int tls_watch_hello(tls_hello_watch *watch, const uint8_t *bytes, size_t count) {
    for (size_t index = 0; index < count; index++) {
        int is_header = watch->header_count < sizeof watch->header;
        if (is_header ? watch_header(watch, bytes[index]) : watch_body(watch, bytes[index])) return 1;
    }
    return 0;
}
