#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"

#define ROOM (256 * 1024)

static int accept_one(int listener) {
    bench_block(listener, 1);
    int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (descriptor < 0) bench_fail("accept4");
    bench_set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    return descriptor;
}

// Counts the whole frames at the front of `bytes` and moves the rest there.
static size_t cut_frames(char *bytes, size_t filled, int64_t *frames) {
    size_t start = 0;
    while (filled - start >= 2) {
        uint16_t length;
        memcpy(&length, bytes + start, sizeof length);
        if (filled - start - 2 < length) break;
        start += 2 + (size_t)length;
        *frames += 1;
    }
    memmove(bytes, bytes + start, filled - start);
    return filled - start;
}

void bench_tcp_receive(int listener) {
    int descriptor = accept_one(listener);
    bench_block(descriptor, 0);
    int poller = bench_poller(descriptor);
    char *bytes = malloc(ROOM);
    size_t filled = 0;
    for (;;) {
        struct epoll_event events[8];
        if (epoll_wait(poller, events, 8, -1) <= 0) continue;
        ssize_t got = recv(descriptor, bytes + filled, ROOM - filled, 0);
        if (got == 0) exit(0);
        if (got < 0) continue;
        int64_t frames = 0;
        filled = cut_frames(bytes, filled + (size_t)got, &frames);
        bench_count(frames);
    }
}

void bench_tcp_send(int port, int size, int bytes_per_write) {
    int descriptor = bench_tcp_connect(port);
    size_t frame = 2 + (size_t)size;
    int frames_per_write = bytes_per_write / (int)frame;
    char *bytes = malloc(frame * (size_t)frames_per_write);
    char *body = calloc(1, (size_t)size);
    for (uint32_t number = 0;;) {
        for (int i = 0; i < frames_per_write; i++, number++) {
            char *start = bytes + (size_t)i * frame;
            uint16_t length = (uint16_t)size;
            memcpy(start, &length, sizeof length);
            memcpy(start + 2, body, (size_t)size);
            memcpy(start + 2, &number, sizeof number);
        }
        bench_write_all(descriptor, bytes, frame * (size_t)frames_per_write);
        bench_count(frames_per_write);
    }
}

void bench_tcp_echo(int listener, int spins) {
    int descriptor = accept_one(listener);
    bench_block(descriptor, 0);
    int poller = bench_poller(descriptor);
    char *bytes = malloc(ROOM);
    for (;;) {
        struct epoll_event events[8];
        if (!spins && epoll_wait(poller, events, 8, -1) <= 0) continue;
        ssize_t got = recv(descriptor, bytes, ROOM, 0);
        if (got == 0) exit(0);
        if (got < 0) continue;
        bench_write_all(descriptor, bytes, (size_t)got);
        bench_count(1);
    }
}

// Repeatedly sends `window` frames and waits until as many bytes have come back.
void bench_tcp_window(int port, int size, int window) {
    int descriptor = bench_tcp_connect(port);
    size_t count = (2 + (size_t)size) * (size_t)window;
    char *bytes = calloc(1, count);
    char *back = malloc(count);
    for (int i = 0; i < window; i++) {
        uint16_t length = (uint16_t)size;
        memcpy(bytes + (size_t)i * (2 + (size_t)size), &length, sizeof length);
    }
    for (;;) {
        bench_write_all(descriptor, bytes, count);
        bench_read_all(descriptor, back, count);
    }
}

void bench_tcp_sink(const int *descriptors, int count) {
    int poller = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < count; i++) {
        bench_block(descriptors[i], 0);
        bench_watch(poller, descriptors[i]);
    }
    char *bytes = malloc(ROOM);
    struct epoll_event *events = calloc(1024, sizeof *events);
    for (;;) {
        int ready = epoll_wait(poller, events, 1024, -1);
        for (int i = 0; i < ready; i++)
            if (recv(events[i].data.fd, bytes, ROOM, 0) == 0) exit(0);
        // A pause, so that the sender does not pay for a wake-up per datagram.
        bench_sleep_until(bench_now() + NANOSECONDS / 500);
    }
}
