#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"

#define BATCH 64
#define MILLISECOND (NANOSECONDS / 1000)

// The first address of a load's own: 127.0.1.1 and those after it.
#define FIRST_NETWORK 256

// The next moment of a load that acts each millisecond. What was missed is not made up for.
static int64_t next_turn(int64_t turn) {
    int64_t now = bench_now();
    return turn + MILLISECOND > now - 100 * MILLISECOND ? turn + MILLISECOND : now;
}

void bench_forge(
    int port, const uint8_t *packets, int count, int size, int each_second, int sockets) {
    int *descriptors = calloc((size_t)sockets, sizeof *descriptors);
    struct sockaddr_in server = bench_address(port, 0);
    struct mmsghdr messages[BATCH] = {0};
    struct iovec parts[BATCH];
    for (int i = 0; i < sockets; i++) {
        descriptors[i] = bench_udp_socket();
        bench_bind(descriptors[i], FIRST_NETWORK + i % 250);
    }
    int packet = 0, turn_of_socket = 0;
    double due = 0;
    for (int64_t turn = bench_now();; turn = next_turn(turn)) {
        bench_sleep_until(turn);
        for (due += each_second / 1000.0; due >= 1;) {
            int together = due < BATCH ? (int)due : BATCH;
            for (int i = 0; i < together; i++) {
                parts[i] = (struct iovec){(void *)(packets + packet * size), (size_t)size};
                messages[i].msg_hdr = (struct msghdr){
                    .msg_name = &server, .msg_namelen = sizeof server, .msg_iov = &parts[i],
                    .msg_iovlen = 1};
                packet = (packet + 1) % count;
            }
            int sent = sendmmsg(
                descriptors[turn_of_socket], messages, (unsigned)together, MSG_DONTWAIT);
            if (sent > 0) bench_count(sent);
            turn_of_socket = (turn_of_socket + 1) % sockets;
            due -= together;
        }
    }
}

// Begins a connection from a network; returns its descriptor, or -1 where the system has none left.
static int begin_connecting(int port, int network) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    bench_bind(descriptor, network);
    struct sockaddr_in server = bench_address(port, 0);
    if (connect(descriptor, (struct sockaddr *)&server, sizeof server) < 0 &&
        errno != EINPROGRESS) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static void follow(int poller, int operation, int descriptor, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    epoll_ctl(poller, operation, descriptor, &event);
}

// Says the first bytes once a connection is there, and closes what the server has closed.
static void attend(int poller, const uint8_t *hello, int size) {
    struct epoll_event events[256];
    int ready = epoll_wait(poller, events, 256, 0);
    for (int i = 0; i < ready; i++) {
        int descriptor = events[i].data.fd;
        if (events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
            close(descriptor);
            continue;
        }
        if (size > 0) send(descriptor, hello, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
        follow(poller, EPOLL_CTL_MOD, descriptor, EPOLLRDHUP);
    }
}

void bench_strangers(
    int port, int networks, int each_second, const uint8_t *hello, int size) {
    int poller = epoll_create1(EPOLL_CLOEXEC), number = 0;
    double due = 0;
    for (int64_t turn = bench_now();; turn = next_turn(turn)) {
        bench_sleep_until(turn);
        attend(poller, hello, size);
        for (due += each_second / 1000.0; due >= 1; due--) {
            int descriptor = begin_connecting(port, FIRST_NETWORK + number++ % networks);
            if (descriptor < 0) continue;
            follow(poller, EPOLL_CTL_ADD, descriptor, EPOLLOUT | EPOLLRDHUP);
            bench_count(1);
        }
    }
}

void bench_hellos_at_once(
    int port, int count, int64_t interval, const uint8_t *hello, int size) {
    int *descriptors = calloc((size_t)count, sizeof *descriptors);
    for (int64_t turn = bench_now();; turn += interval) {
        bench_sleep_until(turn);
        for (int i = 0; i < count; i++)
            descriptors[i] = begin_connecting(port, FIRST_NETWORK + i % 250);
        // Until the server has accepted them all.
        bench_sleep_until(turn + interval / 2);
        for (int i = 0; i < count; i++)
            if (descriptors[i] >= 0 &&
                send(descriptors[i], hello, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT) == size)
                bench_count(1);
        bench_sleep_until(turn + interval * 9 / 10);
        for (int i = 0; i < count; i++)
            if (descriptors[i] >= 0) close(descriptors[i]);
    }
}
