#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "common.h"

#define BATCH 64
#define ROOM 2048

typedef struct {
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    struct sockaddr_in names[BATCH];
    char bytes[BATCH][ROOM];
} packet_batch;

static packet_batch *make_batch(size_t size) {
    packet_batch *batch = calloc(1, sizeof *batch);
    for (int i = 0; i < BATCH; i++) {
        batch->parts[i] = (struct iovec){batch->bytes[i], size};
        batch->messages[i].msg_hdr = (struct msghdr){
            .msg_name = &batch->names[i], .msg_namelen = sizeof batch->names[i],
            .msg_iov = &batch->parts[i], .msg_iovlen = 1};
    }
    return batch;
}

static int receive_batch(int descriptor, packet_batch *batch) {
    for (int i = 0; i < BATCH; i++) {
        batch->messages[i].msg_hdr.msg_namelen = sizeof batch->names[i];
        batch->parts[i].iov_len = ROOM;
    }
    return recvmmsg(descriptor, batch->messages, BATCH, MSG_DONTWAIT, NULL);
}

static volatile uint32_t seen;

void bench_udp_receive(int descriptor) {
    packet_batch *batch = make_batch(ROOM);
    int poller = bench_poller(descriptor);
    for (;;) {
        struct epoll_event events[8];
        if (epoll_wait(poller, events, 8, -1) <= 0) continue;
        int got;
        do {
            got = receive_batch(descriptor, batch);
            for (int i = 0; i < got; i++) {
                uint32_t field;
                memcpy(&field, batch->bytes[i], sizeof field);
                seen = seen + field;
            }
            if (got > 0) bench_count(got);
        } while (got == BATCH);
    }
}

// The length of each datagram in a message that the kernel has joined.
static size_t segment_size(struct msghdr *message, size_t count) {
#ifdef UDP_GRO
    for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item; item = CMSG_NXTHDR(message, item)) {
        if (item->cmsg_level != SOL_UDP || item->cmsg_type != UDP_GRO) continue;
        int size;
        memcpy(&size, CMSG_DATA(item), sizeof size);
        return (size_t)size;
    }
#endif
    return count;
}

static int64_t take_joined(
    const char *bytes, size_t count, size_t size, const struct sockaddr_in *from) {
    int64_t taken = 0;
    seen = seen + ntohl(from->sin_addr.s_addr) + ntohs(from->sin_port);
    for (size_t start = 0; start < count; start += size, taken++) {
        uint32_t field;
        memcpy(&field, bytes + start, sizeof field);
        seen = seen + field;
    }
    return taken;
}

void bench_udp_receive_joined(int descriptor) {
    enum { messages = 8, room = 65536 };
    static char bytes[messages][room], control[messages][64];
    struct mmsghdr batch[messages];
    struct iovec parts[messages];
    struct sockaddr_in names[messages];
#ifdef UDP_GRO
    bench_set(descriptor, SOL_UDP, UDP_GRO, 1);
#endif
    int poller = bench_poller(descriptor);
    for (;;) {
        struct epoll_event events[8];
        if (epoll_wait(poller, events, 8, -1) <= 0) continue;
        for (int i = 0; i < messages; i++) {
            parts[i] = (struct iovec){bytes[i], room};
            batch[i].msg_hdr = (struct msghdr){
                .msg_name = &names[i], .msg_namelen = sizeof names[i], .msg_iov = &parts[i],
                .msg_iovlen = 1, .msg_control = control[i],
                .msg_controllen = sizeof control[i]};
        }
        int got = recvmmsg(descriptor, batch, messages, MSG_DONTWAIT, NULL);
        for (int i = 0; i < got; i++) {
            size_t size = segment_size(&batch[i].msg_hdr, batch[i].msg_len);
            bench_count(take_joined(bytes[i], batch[i].msg_len, size, &names[i]));
        }
    }
}

static void send_batch(int descriptor, packet_batch *batch, int count) {
    for (int sent = 0; sent < count;) {
        int more = sendmmsg(descriptor, batch->messages + sent, (unsigned)(count - sent), 0);
        sent += more < 0 ? 1 : more;
    }
}

void bench_udp_fan_out(int port, int addresses, int each, int size, int64_t interval) {
    packet_batch *batch = make_batch((size_t)size);
    int descriptor = bench_udp_open();
    struct sockaddr_in *peers = calloc((size_t)addresses, sizeof *peers);
    for (int i = 0; i < addresses; i++) peers[i] = bench_address(port, i);
    char *body = calloc(1, (size_t)size);
    for (int64_t next = bench_now();; next += interval) {
        bench_sleep_until(next);
        bench_count(addresses * each);
        for (int first = 0; first < addresses * each; first += BATCH) {
            int left = addresses * each - first, count = left < BATCH ? left : BATCH;
            for (int i = 0; i < count; i++) {
                uint32_t number = (uint32_t)(first + i);
                memcpy(batch->bytes[i], &number, sizeof number);
                memcpy(batch->bytes[i] + sizeof number, body, (size_t)size - sizeof number);
                batch->names[i] = peers[(first + i) / each];
            }
            send_batch(descriptor, batch, count);
        }
    }
}

void bench_udp_echo(int descriptor, int spins) {
    char bytes[ROOM];
    struct sockaddr_in peer;
    int poller = bench_poller(descriptor);
    for (;;) {
        struct epoll_event events[8];
        if (!spins && epoll_wait(poller, events, 8, -1) <= 0) continue;
        socklen_t length = sizeof peer;
        ssize_t got = recvfrom(
            descriptor, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&peer, &length);
        if (got < 0) continue;
        sendto(descriptor, bytes, (size_t)got, 0, (struct sockaddr *)&peer, length);
        bench_count(1);
    }
}

// One super-datagram that the kernel splits: the fastest way to send a burst.
static int send_segmented(
    int descriptor, const struct sockaddr_in *peer, char *bytes, int size, int group) {
#ifdef UDP_SEGMENT
    char control[CMSG_SPACE(sizeof(uint16_t))] = {0};
    struct iovec part = {bytes, (size_t)(size * group)};
    struct msghdr message = {
        .msg_name = (void *)peer, .msg_namelen = sizeof *peer, .msg_iov = &part,
        .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    *(uint16_t *)CMSG_DATA(header) = (uint16_t)size;
    return sendmsg(descriptor, &message, MSG_NOSIGNAL) >= 0;
#else
    (void)descriptor, (void)peer, (void)bytes, (void)size, (void)group;
    return 0;
#endif
}

#define SOURCES 16

void bench_udp_load(
    int port, int size, int senders, int group, int joined, int64_t interval) {
    int sockets[SOURCES];
    for (int i = 0; i < SOURCES; i++) sockets[i] = bench_udp_open();
    struct sockaddr_in peer = bench_address(port, 0);
    char *bytes = calloc((size_t)group, (size_t)size);
    int source = 0;
    for (int64_t next = bench_now();; next += interval) {
        bench_sleep_until(next);
        if (bench_now() > next + interval) next = bench_now();
        for (int i = 0; i < senders; i++) {
            int descriptor = sockets[source++ % SOURCES];
            if (joined && send_segmented(descriptor, &peer, bytes, size, group)) continue;
            for (int j = 0; j < group; j++)
                sendto(
                    descriptor, bytes, (size_t)size, MSG_DONTWAIT, (struct sockaddr *)&peer,
                    sizeof peer);
        }
    }
}

// Drains the socket every millisecond, so that a sender never pays for waking it.
void bench_udp_sink(int descriptor) {
    packet_batch *batch = make_batch(ROOM);
    for (int64_t next = bench_now();; next = bench_now() + NANOSECONDS / 1000) {
        bench_sleep_until(next);
        int got;
        while ((got = receive_batch(descriptor, batch)) > 0) bench_count(got);
    }
}
