#include <stdlib.h>
#include <string.h>

#include "common.h"

// The least that replication costs: the world's bytes copied once, and for each client and entity the
// bytes compared with older ones, and those that differ copied into a packet. Nothing is packed.
double bench_replication(int entities, int size, int clients, int rounds) {
    enum { visible = 50 };
    size_t bytes = (size_t)entities * size;
    char *world = calloc(1, bytes), *now = calloc(1, bytes), *before = calloc(1, bytes);
    char *packet = malloc((size_t)visible * size);
    if (!world || !now || !before || !packet) bench_fail("memory");
    volatile uint64_t sum = 0;
    int64_t spent = 0;
    for (int round = 1; round <= rounds; round++) {
        for (int i = 0; i < entities; i++) memcpy(world + (size_t)i * size, &round, sizeof round);
        int64_t began = bench_now();
        memcpy(before, now, bytes);
        for (int i = 0; i < entities; i++)
            memcpy(now + (size_t)i * size, world + (size_t)i * size, size);
        for (int client = 0; client < clients; client++) {
            char *to = packet;
            for (int step = 0; step < visible; step++) {
                size_t at = (size_t)((client * 37 + step * 7) % entities) * size;
                if (memcmp(now + at, before + at, size) == 0) continue;
                memcpy(to, now + at, size);
                to += size;
            }
            sum = sum + (uint64_t)(to - packet) + (uint8_t)packet[0];
        }
        spent += bench_now() - began;
    }
    free(world);
    free(now);
    free(before);
    free(packet);
    return (double)spent / rounds / clients / visible;
}
