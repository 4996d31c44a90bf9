#ifndef PARLEY_BENCHMARK_COMMON_H
#define PARLEY_BENCHMARK_COMMON_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "baseline.h"

#define NANOSECONDS 1000000000LL

void bench_fail(const char *what);
// 127.0.0.1, or the `number`-th address after it: all of 127.0.0.0/8 is this machine.
struct sockaddr_in bench_address(int port, int number);
int bench_tcp_connect(int port);
void bench_set(int descriptor, int level, int name, int value);
// Leaves from an address of this machine, as `bench_address` has it, and any port.
void bench_bind(int descriptor, int number);
void bench_write_all(int descriptor, const void *bytes, size_t count);
void bench_read_all(int descriptor, void *bytes, size_t count);
int bench_poller(int descriptor);
void bench_watch(int poller, int descriptor);
void bench_block(int descriptor, int blocks);

#endif
