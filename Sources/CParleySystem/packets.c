#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#include "private.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

// Receiving --------------------------------------------------------------------------------------

// Room for what is asked for: the kernel's count of drops, and the size of joined datagrams.
typedef union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(uint32_t)) + CMSG_SPACE(sizeof(int))];
} receive_control;

static void read_control(struct msghdr *message, parley_packet *packet, uint32_t *drops) {
    for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item; item = CMSG_NXTHDR(message, item)) {
        if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SO_RXQ_OVFL) {
            memcpy(drops, CMSG_DATA(item), sizeof *drops);
        } else if (item->cmsg_level == IPPROTO_UDP && item->cmsg_type == UDP_GRO) {
            int size = 0;
            memcpy(&size, CMSG_DATA(item), sizeof size);
            if (size > 0) packet->segment = (uint32_t)size;
        }
    }
}

int parley_packets_join_received(int descriptor, int on) {
    return setsockopt(descriptor, IPPROTO_UDP, UDP_GRO, &on, sizeof on) < 0 ? -errno : 0;
}

// Where a packet is received: what fits an ordinary network's frame lies near its neighbours, for a
// processor's cache and its translation of addresses know few pages; the rest of what is longer,
// joined datagrams as a rule, lies behind. Together they hold the longest packet that there is.
typedef struct {
    char start[2048];
    char padding[64];  // or all would begin at the same few places of the cache
} near_part;

typedef struct {
    char rest[65536 - 2048];
} far_part;

typedef struct {
    near_part near[PARLEY_BATCH];
    far_part far[PARLEY_BATCH];
} receive_space;

size_t parley_packets_space(void) { return sizeof(receive_space); }

int parley_packets_receive(
    int descriptor, void *space, parley_packet *packets, int count, uint32_t *drops) {
    receive_space *parts = space;
    struct mmsghdr messages[PARLEY_BATCH];
    struct iovec vectors[PARLEY_BATCH][2];
    struct sockaddr_storage names[PARLEY_BATCH];
    receive_control controls[PARLEY_BATCH];
    if (count > PARLEY_BATCH) count = PARLEY_BATCH;
    for (int i = 0; i < count; i++) {
        vectors[i][0] = (struct iovec){parts->near[i].start, sizeof parts->near[i].start};
        vectors[i][1] = (struct iovec){parts->far[i].rest, sizeof parts->far[i].rest};
        messages[i].msg_len = 0;
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &names[i], .msg_namelen = sizeof names[i],
            .msg_iov = vectors[i], .msg_iovlen = 2,
            .msg_control = &controls[i], .msg_controllen = sizeof controls[i]};
    }
    int got;
    do {
        got = recvmmsg(descriptor, messages, (unsigned)count, MSG_DONTWAIT, NULL);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return -errno;
    uint32_t offset = 0;
    for (int i = 0; i < got; i++) {
        parley_from_sockaddr((struct sockaddr *)&names[i], &packets[i].address);
        packets[i].offset = offset;
        packets[i].length = messages[i].msg_len;
        packets[i].segment = messages[i].msg_len;
        offset += messages[i].msg_len;
        read_control(&messages[i].msg_hdr, &packets[i], drops);
    }
    return got;
}

void parley_packets_gather(
    const void *space, const parley_packet *packets, int count, void *bytes) {
    const receive_space *parts = space;
    for (int i = 0; i < count; i++) {
        char *start = (char *)bytes + packets[i].offset;
        size_t length = packets[i].length, near = sizeof parts->near[i].start;
        memcpy(start, parts->near[i].start, length < near ? length : near);
        if (length > near) memcpy(start + near, parts->far[i].rest, length - near);
    }
}

// Sending ----------------------------------------------------------------------------------------

// Datagrams for one peer can leave in one message that the kernel, or the network card, cuts.
enum { LONGEST_SEGMENT = 1452, MOST_SEGMENTS = 64, LONGEST_MESSAGE = 65000 };

typedef union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
} send_control;

typedef struct {
    struct mmsghdr messages[PARLEY_BATCH];
    struct iovec parts[PARLEY_BATCH];
    struct sockaddr_storage names[PARLEY_BATCH];
    send_control controls[PARLEY_BATCH];
    int runs[PARLEY_BATCH];  // packets in each message
    int count;
} outgoing;

static int same_peer(const parley_packet *a, const parley_packet *b) {
    return a->address.low == b->address.low && a->address.high == b->address.high
           && a->address.port == b->address.port && a->address.scope == b->address.scope;
}

// How many packets from the first on can leave as one message: same peer, same size, one behind the
// other in memory; the last one may be shorter.
static int run_length(const parley_packet *packets, int count) {
    uint32_t size = packets[0].length;
    if (size == 0 || size > LONGEST_SEGMENT) return 1;
    uint32_t total = size;
    int run = 1;
    while (run < count && run < MOST_SEGMENTS) {
        const parley_packet *next = &packets[run];
        if (next->length == 0 || next->length > size || !same_peer(packets, next)) break;
        if (next->offset != packets[0].offset + total) break;
        if (total + next->length > LONGEST_MESSAGE) break;
        total += next->length;
        run++;
        if (next->length < size) break;
    }
    return run;
}

static void set_segment_size(struct msghdr *message, send_control *control, uint16_t size) {
    memset(control, 0, sizeof *control);
    message->msg_control = control;
    message->msg_controllen = sizeof *control;
    struct cmsghdr *item = CMSG_FIRSTHDR(message);
    item->cmsg_level = IPPROTO_UDP;
    item->cmsg_type = UDP_SEGMENT;
    item->cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(item), &size, sizeof size);
}

// Lays the packets out as messages; returns whether any message joins several.
static int prepare(
    outgoing *out, int is_ipv6, int join, const void *bytes, const parley_packet *packets,
    int count) {
    int joined = 0;
    out->count = 0;
    for (int i = 0; i < count && out->count < PARLEY_BATCH;) {
        int n = out->count;
        socklen_t length = parley_to_sockaddr(&packets[i].address, is_ipv6, &out->names[n]);
        if (length == 0) break;
        int run = join ? run_length(packets + i, count - i) : 1;
        const parley_packet *last = &packets[i + run - 1];
        size_t total = last->offset + last->length - packets[i].offset;
        out->parts[n] = (struct iovec){(char *)bytes + packets[i].offset, total};
        out->messages[n].msg_len = 0;
        out->messages[n].msg_hdr = (struct msghdr){
            .msg_name = &out->names[n], .msg_namelen = length,
            .msg_iov = &out->parts[n], .msg_iovlen = 1};
        if (run > 1) {
            set_segment_size(
                &out->messages[n].msg_hdr, &out->controls[n], (uint16_t)packets[i].length);
            joined = 1;
        }
        out->runs[n] = run;
        out->count++;
        i += run;
    }
    return joined;
}

int parley_packets_send(
    int descriptor, int is_ipv6, int *join, const void *bytes, const parley_packet *packets,
    int count) {
    outgoing out;
    int joined = prepare(&out, is_ipv6, *join, bytes, packets, count);
    if (out.count == 0) return -EAFNOSUPPORT;
    int sent;
    do {
        sent = sendmmsg(
            descriptor, out.messages, (unsigned)out.count, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        int error = errno;
        if (joined && out.runs[0] > 1) {
            // One peer's path that takes shorter datagrams only: that run goes apart, the others joined.
            if (error == EMSGSIZE || error == EINVAL) {
                int apart = 0;
                return parley_packets_send(
                    descriptor, is_ipv6, &apart, bytes, packets, out.runs[0]);
            }
            // A card or a system that cannot cut: from now on each datagram is a message.
            if (error == EIO || error == EOPNOTSUPP || error == ENOPROTOOPT) {
                *join = 0;
                return parley_packets_send(descriptor, is_ipv6, join, bytes, packets, count);
            }
        }
        return -error;
    }
    int total = 0;
    for (int i = 0; i < sent; i++) total += out.runs[i];
    return total;
}
