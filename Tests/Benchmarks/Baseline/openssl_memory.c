#include "baseline.h"
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>

static void add(void *memory, int sign) {
    if (memory) bench_count_from_anywhere(sign * (int64_t)malloc_usable_size(memory));
}

static void *allocate(size_t size, const char *file, int line) {
    (void)file, (void)line;
    void *memory = size ? malloc(size) : NULL;
    add(memory, 1);
    return memory;
}

static void release(void *memory, const char *file, int line) {
    (void)file, (void)line;
    add(memory, -1);
    free(memory);
}

static void *resize(void *memory, size_t size, const char *file, int line) {
    if (size == 0) {
        release(memory, file, line);
        return NULL;
    }
    int64_t before = memory ? (int64_t)malloc_usable_size(memory) : 0;
    void *resized = realloc(memory, size);
    if (resized) bench_count_from_anywhere((int64_t)malloc_usable_size(resized) - before);
    return resized;
}

int bench_count_openssl_memory(void) { return CRYPTO_set_mem_functions(allocate, resize, release); }
