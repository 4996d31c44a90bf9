#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"

void bench_accept_close(int listener) {
    int poller = bench_poller(listener);
    for (;;) {
        struct epoll_event events[8];
        if (epoll_wait(poller, events, 8, -1) <= 0) continue;
        int accepted;
        while ((accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
            close(accepted);
            bench_count(1);
        }
    }
}

static void begin_connecting(int poller, int port, int number) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = bench_address(port, number % 64);
    if (descriptor < 0) bench_fail("socket");
    // Reset instead of closed, which leaves no state at either side.
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0 &&
        errno != EINPROGRESS)
        bench_fail("connect");
    bench_watch(poller, descriptor);
}

// Keeps this many connections open, and replaces each that the server closes.
void bench_connect_load(int port, int in_flight) {
    int poller = epoll_create1(EPOLL_CLOEXEC);
    int number = 0;
    for (; number < in_flight; number++) begin_connecting(poller, port, number);
    struct epoll_event events[256];
    for (;;) {
        int ready = epoll_wait(poller, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            char byte;
            ssize_t got = recv(events[i].data.fd, &byte, 1, MSG_DONTWAIT);
            if (got > 0 || (got < 0 && errno == EAGAIN)) continue;
            close(events[i].data.fd);
            begin_connecting(poller, port, number++);
        }
    }
}

void bench_one_to_all(int listener, int clients, int size, int64_t interval) {
    int *peers = calloc((size_t)clients, sizeof *peers);
    bench_block(listener, 1);
    for (int i = 0; i < clients; i++) {
        peers[i] = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (peers[i] < 0) bench_fail("accept4");
        bench_set(peers[i], IPPROTO_TCP, TCP_NODELAY, 1);
    }
    char *frame = calloc(1, 2 + (size_t)size);
    uint16_t length = (uint16_t)size;
    memcpy(frame, &length, sizeof length);
    for (int64_t next = bench_now();; next += interval) {
        bench_sleep_until(next);
        bench_count(clients);
        for (int i = 0; i < clients; i++)
            send(peers[i], frame, 2 + (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}
