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

// Room for what is asked for: the kernel's count of drops, the size of joined datagrams, and the local
// address, which an IPv6 socket has in two forms for a packet of IPv4.
typedef union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(uint32_t)) + CMSG_SPACE(sizeof(int))
               + CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(struct in_pktinfo))];
} receive_control;

int parley_packets_report_local(int descriptor, int is_ipv6) {
    int on = 1;
    // A dual-stack socket has both. Only the form of IPv4 names an address of this machine for a
    // broadcast. A socket of IPv6 alone does not need it, so its answer does not matter.
    int mapped = setsockopt(descriptor, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    if (!is_ipv6) return or_errno(mapped);
    return or_errno(setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on));
}

// What was sent to a group or to everybody has reached no address from which an answer could leave.
static void read_local_ipv6(const void *data, parley_address *local) {
    struct in6_pktinfo info;
    memcpy(&info, data, sizeof info);
    if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) return;
    if (IN6_IS_ADDR_V4MAPPED(&info.ipi6_addr)) return;  // its other form follows
    parley_from_in6_addr(&info.ipi6_addr, local);
    if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) local->scope = (uint32_t)info.ipi6_ifindex;
}

static void read_local_ipv4(const void *data, parley_address *local) {
    struct in_pktinfo info;
    memcpy(&info, data, sizeof info);
    if (info.ipi_spec_dst.s_addr != 0) parley_from_in_addr(&info.ipi_spec_dst, local);
}

static void read_control(struct msghdr *message, parley_packet *packet, uint32_t *drops) {
    for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item; item = CMSG_NXTHDR(message, item)) {
        if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SO_RXQ_OVFL) {
            memcpy(drops, CMSG_DATA(item), sizeof *drops);
        } else if (item->cmsg_level == IPPROTO_UDP && item->cmsg_type == UDP_GRO) {
            int size = 0;
            memcpy(&size, CMSG_DATA(item), sizeof size);
            if (size > 0) packet->segment = (uint32_t)size;
        } else if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
            read_local_ipv4(CMSG_DATA(item), &packet->local);
        } else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO) {
            read_local_ipv6(CMSG_DATA(item), &packet->local);
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
        packets[i].local = (parley_address){0};
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
    char bytes[CMSG_SPACE(sizeof(uint16_t)) + CMSG_SPACE(sizeof(struct in6_pktinfo))];
} send_control;

typedef struct {
    struct mmsghdr messages[PARLEY_BATCH];
    struct iovec parts[PARLEY_BATCH];
    struct sockaddr_storage names[PARLEY_BATCH];
    send_control controls[PARLEY_BATCH];
    int runs[PARLEY_BATCH];  // packets in each message
    int count;
} outgoing;

static int same_addresses(const parley_packet *a, const parley_packet *b) {
    return a->address.low == b->address.low && a->address.high == b->address.high
           && a->address.port == b->address.port && a->address.scope == b->address.scope
           && a->local.low == b->local.low && a->local.high == b->local.high
           && a->local.scope == b->local.scope;
}

// How many packets from the first on can leave as one message: same addresses, same size, one behind
// the other in memory; the last one may be shorter.
static int run_length(const parley_packet *packets, int count) {
    uint32_t size = packets[0].length;
    if (size == 0 || size > LONGEST_SEGMENT) return 1;
    uint32_t total = size;
    int run = 1;
    while (run < count && run < MOST_SEGMENTS) {
        const parley_packet *next = &packets[run];
        if (next->length == 0 || next->length > size || !same_addresses(packets, next)) break;
        if (next->offset != packets[0].offset + total) break;
        if (total + next->length > LONGEST_MESSAGE) break;
        total += next->length;
        run++;
        if (next->length < size) break;
    }
    return run;
}

// Adds an item to the message's control, which has room for one of each kind.
static void add_control(
    struct msghdr *message, send_control *control, int level, int type, const void *value,
    size_t size) {
    struct cmsghdr *item = (struct cmsghdr *)(control->bytes + message->msg_controllen);
    memset(item, 0, CMSG_SPACE(size));
    item->cmsg_level = level;
    item->cmsg_type = type;
    item->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(item), value, size);
    message->msg_control = control;
    message->msg_controllen += CMSG_SPACE(size);
}

// Lets the message leave from a local address; returns 0 where an IPv4 socket was asked to take an IPv6
// address. The system still chooses the interface, but for an address that exists on one link only.
static int set_source(
    struct msghdr *message, send_control *control, int is_ipv6, const parley_address *local) {
    if (is_ipv6) {
        struct in6_pktinfo info = {.ipi6_ifindex = local->scope};
        parley_to_in6_addr(local, &info.ipi6_addr);
        add_control(message, control, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
        return 1;
    }
    if (!parley_is_ipv4(local->high, local->low)) return 0;
    struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl((uint32_t)local->low)};
    add_control(message, control, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    return 1;
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
        struct msghdr *message = &out->messages[n].msg_hdr;
        if ((packets[i].local.low | packets[i].local.high) != 0
            && !set_source(message, &out->controls[n], is_ipv6, &packets[i].local))
            break;
        if (run > 1) {
            uint16_t size = (uint16_t)packets[i].length;
            add_control(
                message, &out->controls[n], IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size);
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
