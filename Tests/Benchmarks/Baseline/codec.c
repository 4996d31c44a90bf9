#include <string.h>

#include "common.h"

// The fields that `Codec.swift` encodes: 1 + 2 + 4 + 8 + 4 + 4 + 4 + 1 bytes.
typedef struct {
    uint8_t kind;
    uint16_t channel;
    uint32_t entity;
    uint64_t tick;
    float x, y, heading;
    uint8_t alive;
} fields;

enum { encoded_size = 28 };

__attribute__((noinline)) static void encode(const fields *from, char *to) {
    memcpy(to, &from->kind, 1);
    memcpy(to + 1, &from->channel, 2);
    memcpy(to + 3, &from->entity, 4);
    memcpy(to + 7, &from->tick, 8);
    memcpy(to + 15, &from->x, 4);
    memcpy(to + 19, &from->y, 4);
    memcpy(to + 23, &from->heading, 4);
    memcpy(to + 27, &from->alive, 1);
}

// Checks each field against the end, as a decoder of untrusted bytes must.
#define TAKE(field, size)                     \
    if (end - from < (size)) return 0;        \
    memcpy(&to->field, from, (size));         \
    from += (size)

__attribute__((noinline)) static int decode(const char *from, const char *end, fields *to) {
    TAKE(kind, 1);
    TAKE(channel, 2);
    TAKE(entity, 4);
    TAKE(tick, 8);
    TAKE(x, 4);
    TAKE(y, 4);
    TAKE(heading, 4);
    TAKE(alive, 1);
    return from == end;
}

int64_t bench_codec(int64_t iterations) {
    char bytes[encoded_size];
    volatile uint64_t sum = 0;
    int64_t began = bench_now();
    for (int64_t i = 0; i < iterations; i++) {
        fields in = {3, 7, (uint32_t)i, (uint64_t)i, 1.5f, 2.5f, 0.25f, 1}, out;
        encode(&in, bytes);
        if (decode(bytes, bytes + encoded_size, &out)) sum = sum + out.entity + out.tick;
    }
    return bench_now() - began;
}
