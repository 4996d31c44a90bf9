#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"

static int connect_pinger(int port, int is_tcp) {
    if (is_tcp) return bench_tcp_connect(port);
    int descriptor = bench_udp_open();
    struct sockaddr_in peer = bench_address(port, 0);
    if (connect(descriptor, (struct sockaddr *)&peer, sizeof peer) < 0) bench_fail("connect");
    return descriptor;
}

int bench_ping(
    int port, int is_tcp, int spins, int size, int64_t duration, int64_t *times, int capacity) {
    int descriptor = connect_pinger(port, is_tcp);
    bench_block(descriptor, 0);
    int poller = bench_poller(descriptor);
    char bytes[4096] = {0};
    size_t count = (size_t)size + (is_tcp ? 2 : 0);
    uint16_t length = (uint16_t)size;
    if (is_tcp) memcpy(bytes, &length, sizeof length);
    int pings = 0;
    for (int64_t end = bench_now() + duration; pings < capacity && bench_now() < end; pings++) {
        int64_t began = bench_now();
        send(descriptor, bytes, count, MSG_NOSIGNAL);
        for (size_t got = 0; got < count;) {
            struct epoll_event event;
            if (!spins && epoll_wait(poller, &event, 1, 1000) == 0) break;
            ssize_t more = recv(descriptor, bytes, sizeof bytes, 0);
            if (more > 0) got += (size_t)more;
        }
        times[pings] = bench_now() - began;
    }
    return pings;
}

// A careful game loop in C: it waits in the poller, to the nanosecond, for absolute deadlines.
int bench_ticks(int64_t interval, int64_t duration, int64_t *lateness, int capacity) {
    int poller = epoll_create1(EPOLL_CLOEXEC);
    int64_t next = bench_now() + interval, end = bench_now() + duration;
    int ticks = 0;
    for (; ticks < capacity && next < end; next += interval) {
        for (int64_t left; (left = next - bench_now()) > 0;) {
#ifdef SYS_epoll_pwait2
            struct epoll_event event;
            struct timespec limit = {left / NANOSECONDS, left % NANOSECONDS};
            syscall(SYS_epoll_pwait2, poller, &event, 1, &limit, NULL, 0);
#else
            bench_sleep_until(next);
#endif
        }
        lateness[ticks++] = bench_now() - next;
    }
    return ticks;
}
