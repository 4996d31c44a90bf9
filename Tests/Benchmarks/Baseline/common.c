#include "allocation_meter.h"
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <netinet/tcp.h>
#include <time.h>
#include <unistd.h>

int64_t bench_counter;

static int64_t read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * NANOSECONDS + time.tv_nsec;
}

int64_t bench_now(void) { return read_clock(CLOCK_MONOTONIC); }
int64_t bench_cpu(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

int bench_sample_wanted;
static bench_sample noted;

static bench_sample read_meters(void) {
    return (bench_sample){
        .count = __atomic_load_n(&bench_counter, __ATOMIC_RELAXED), .cpu = bench_cpu(),
        .now = bench_now(), .allocations = allocation_count()};
}

void bench_note_sample(void) {
    noted = read_meters();
    __atomic_store_n(&bench_sample_wanted, 0, __ATOMIC_RELEASE);
}

bench_sample bench_take_sample(int64_t patience) {
    int64_t end = bench_now() + patience;
    __atomic_store_n(&bench_sample_wanted, 1, __ATOMIC_RELEASE);
    while (bench_now() < end) {
        bench_sleep_until(bench_now() + NANOSECONDS / 1000);
        if (!__atomic_load_n(&bench_sample_wanted, __ATOMIC_ACQUIRE)) return noted;
    }
    __atomic_store_n(&bench_sample_wanted, 0, __ATOMIC_RELEASE);
    return read_meters();
}

// The process's private pages: neither files nor the kernel's.
int64_t bench_memory(void) {
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    if (!file) return 0;
    char line[256];
    long kilobytes = 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "Anonymous: %ld kB", &kilobytes) == 1) break;
    fclose(file);
    return (int64_t)kilobytes * 1024;
}

int64_t bench_stolen(void) {
    FILE *file = fopen("/proc/stat", "r");
    if (!file) return 0;
    long ticks = 0;
    if (fscanf(file, "cpu %*d %*d %*d %*d %*d %*d %*d %ld", &ticks) != 1) ticks = 0;
    fclose(file);
    return ticks * (NANOSECONDS / sysconf(_SC_CLK_TCK));
}

void bench_pin(int processor) {
    cpu_set_t allowed, wanted;
    if (processor < 0) return;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2) return;
    int left = processor % CPU_COUNT(&allowed);
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &allowed) || left-- > 0) continue;
        CPU_ZERO(&wanted);
        CPU_SET(i, &wanted);
        sched_setaffinity(0, sizeof wanted, &wanted);
        return;
    }
}

void bench_yield_to_wakers(void) {
    struct sched_param none = {0};
    sched_setscheduler(0, SCHED_BATCH, &none);
}

void bench_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void bench_fail(const char *what) {
    perror(what);
    exit(1);
}

struct sockaddr_in bench_address(int port, int number) {
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)number)};
}

void bench_set(int descriptor, int level, int name, int value) {
    setsockopt(descriptor, level, name, &value, sizeof value);
}

void bench_block(int descriptor, int blocks) {
    int flags = fcntl(descriptor, F_GETFL);
    fcntl(descriptor, F_SETFL, blocks ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

int bench_udp_socket(void) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) bench_fail("socket");
    return descriptor;
}

int bench_udp_open(void) {
    int descriptor = bench_udp_socket();
    struct sockaddr_in any = {.sin_family = AF_INET};
    if (bind(descriptor, (struct sockaddr *)&any, sizeof any) < 0) bench_fail("bind");
    bench_set(descriptor, SOL_SOCKET, SO_RCVBUF, 4 << 20);
    bench_set(descriptor, SOL_SOCKET, SO_SNDBUF, 4 << 20);
    return descriptor;
}

int bench_tcp_listen(void) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in any = {.sin_family = AF_INET};
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&any, sizeof any) < 0 ||
        listen(descriptor, 4096) < 0)
        bench_fail("listen");
    return descriptor;
}

int bench_port(int descriptor) {
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    if (getsockname(descriptor, (struct sockaddr *)&name, &length) < 0) bench_fail("getsockname");
    return ntohs(name.sin_port);
}

int bench_tcp_connect(int port) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = bench_address(port, 0);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0)
        bench_fail("connect");
    bench_set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    return descriptor;
}

int *bench_connect_many(int port, int count) {
    int *descriptors = calloc((size_t)count, sizeof *descriptors);
    for (int i = 0; i < count; i++) descriptors[i] = bench_tcp_connect(port);
    return descriptors;
}

void bench_sleep_until(int64_t deadline) {
    struct timespec time = {deadline / NANOSECONDS, deadline % NANOSECONDS};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {}
}

void bench_bind(int descriptor, int number) {
    struct sockaddr_in own = bench_address(0, number);
    bench_set(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    if (bind(descriptor, (struct sockaddr *)&own, sizeof own) < 0) bench_fail("bind");
}

void bench_write_all(int descriptor, const void *bytes, size_t count) {
    for (size_t done = 0; done < count;) {
        ssize_t wrote = send(descriptor, (const char *)bytes + done, count - done, MSG_NOSIGNAL);
        if (wrote < 0 && errno != EINTR) exit(0);
        if (wrote > 0) done += (size_t)wrote;
    }
}

void bench_read_all(int descriptor, void *bytes, size_t count) {
    for (size_t done = 0; done < count;) {
        ssize_t got = recv(descriptor, (char *)bytes + done, count - done, 0);
        if (got == 0 || (got < 0 && errno != EINTR)) exit(0);
        if (got > 0) done += (size_t)got;
    }
}

int bench_poller(int descriptor) {
    int poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0) bench_fail("epoll_create1");
    bench_watch(poller, descriptor);
    return poller;
}

void bench_watch(int poller, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) < 0) bench_fail("epoll_ctl");
}
