// Counts heap allocations: defined in the executable, these come before the C library's own for
// every library that is loaded.
#include <errno.h>
#include <stddef.h>

#include "allocation_meter.h"

#ifndef __has_feature
#define __has_feature(name) 0
#endif

static int64_t allocations;
static _Thread_local int64_t bytes, largest;

int64_t allocation_count(void) { return __atomic_load_n(&allocations, __ATOMIC_RELAXED); }

void allocation_reset(void) { bytes = largest = 0; }

int64_t allocation_bytes(void) { return bytes; }

int64_t allocation_largest(void) { return largest; }

#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
int allocation_is_counting(void) { return 1; }

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static void note(size_t size) {
    __atomic_fetch_add(&allocations, 1, __ATOMIC_RELAXED);
    int64_t wanted = size > INT64_MAX / 4 ? INT64_MAX / 4 : (int64_t)size;
    bytes = bytes > INT64_MAX / 4 ? bytes : bytes + wanted;
    if (wanted > largest) largest = wanted;
}

void *malloc(size_t size) {
    note(size);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    size_t total;
    note(__builtin_mul_overflow(count, size, &total) ? SIZE_MAX : total);
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    note(size);
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    note(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    note(size);
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}

void free(void *memory) { __libc_free(memory); }
#else
int allocation_is_counting(void) { return 0; }
#endif
