#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "common.h"

#define BATCH 64
#define ROOM 2048

static struct mmsghdr messages[BATCH];
static struct iovec parts[BATCH];
static struct sockaddr_in names[BATCH];
static char bytes[BATCH][ROOM];

static void lay_out(struct sockaddr_in *peers, size_t size) {
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){bytes[i], size};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &peers[i], .msg_namelen = sizeof *peers, .msg_iov = &parts[i],
            .msg_iovlen = 1};
    }
}

// The first four bytes identify the datagram's client.
static void receive_all(int descriptor, struct sockaddr_in *peers, int clients) {
    int got;
    do {
        lay_out(names, ROOM);
        got = recvmmsg(descriptor, messages, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < got; i++) {
            uint32_t client;
            memcpy(&client, bytes[i], sizeof client);
            if (client < (uint32_t)clients) peers[client] = names[i];
        }
    } while (got == BATCH);
}

static void send_to_all(
    int descriptor, struct sockaddr_in *peers, int clients, int size, uint32_t round) {
    for (int first = 0; first < clients; first += BATCH) {
        int left = clients - first, count = left < BATCH ? left : BATCH;
        lay_out(peers + first, (size_t)size);
        for (int i = 0; i < count; i++) memcpy(bytes[i], &round, sizeof round);
        for (int sent = 0; sent < count;) {
            int more = sendmmsg(descriptor, messages + sent, (unsigned)(count - sent), 0);
            sent += more < 0 ? 1 : more;
        }
    }
    bench_count(clients);
}

void bench_play(int descriptor, int clients, int size, int64_t interval, int64_t pause) {
    struct sockaddr_in *peers = calloc((size_t)clients + BATCH, sizeof *peers);
    for (int i = 0; i < clients; i++) peers[i] = bench_address(9, 0);
    int poller = bench_poller(descriptor);
    for (int64_t next = bench_now() + interval, round = 0;; next += interval, round++) {
        for (int64_t left; (left = next - bench_now()) > 0;) {
            struct epoll_event event;
            int milliseconds = (int)((left + NANOSECONDS / 1000 - 1) / (NANOSECONDS / 1000));
            if (epoll_wait(poller, &event, 1, milliseconds) <= 0) continue;
            receive_all(descriptor, peers, clients);
            int64_t later = bench_now() + pause;
            if (pause > 0) bench_sleep_until(later < next ? later : next);
        }
        send_to_all(descriptor, peers, clients, size, (uint32_t)round);
    }
}

int *bench_udp_many(int port, int count) {
    int *descriptors = calloc((size_t)count, sizeof *descriptors);
    struct sockaddr_in server = bench_address(port, 0);
    for (int i = 0; i < count; i++) {
        int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (descriptor < 0 ||
            connect(descriptor, (struct sockaddr *)&server, sizeof server) < 0)
            bench_fail("connect");
        descriptors[i] = descriptor;
    }
    return descriptors;
}
