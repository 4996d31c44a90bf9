// What the program allocates, for benchmarks and fuzzers. Nothing is counted where a sanitizer or
// another C library brings its own allocator.
#ifndef ALLOCATION_METER_H
#define ALLOCATION_METER_H

#include <stdint.h>

// The allocations of the whole process so far.
int64_t allocation_count(void);
int allocation_is_counting(void);

// Of the calling thread since its last reset: all bytes asked for, and the most at one time.
void allocation_reset(void);
int64_t allocation_bytes(void);
int64_t allocation_largest(void);

#endif
