#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "addresses.h"

// Room for the one control message asked for: the kernel's count of drops.
typedef union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(uint32_t))];
} control_space;

static void note_drops(struct msghdr *message, uint32_t *drops) {
    for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item; item = CMSG_NXTHDR(message, item)) {
        if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SO_RXQ_OVFL) continue;
        memcpy(drops, CMSG_DATA(item), sizeof *drops);
    }
}

int parley_packets_receive(
    int descriptor, void *buffer, size_t stride, parley_packet *packets, int count,
    uint32_t *drops) {
    struct mmsghdr messages[PARLEY_BATCH];
    struct iovec parts[PARLEY_BATCH];
    struct sockaddr_storage names[PARLEY_BATCH];
    control_space controls[PARLEY_BATCH];
    if (count > PARLEY_BATCH) count = PARLEY_BATCH;
    for (int i = 0; i < count; i++) {
        parts[i] = (struct iovec){(char *)buffer + (size_t)i * stride, stride};
        messages[i].msg_len = 0;
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &names[i], .msg_namelen = sizeof names[i],
            .msg_iov = &parts[i], .msg_iovlen = 1,
            .msg_control = &controls[i], .msg_controllen = sizeof controls[i]};
    }
    int got;
    do {
        got = recvmmsg(descriptor, messages, (unsigned)count, MSG_DONTWAIT, NULL);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return -errno;
    for (int i = 0; i < got; i++) {
        parley_from_sockaddr((struct sockaddr *)&names[i], &packets[i].address);
        packets[i].offset = (uint32_t)((size_t)i * stride);
        packets[i].length = messages[i].msg_len;
        packets[i].truncated = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
        note_drops(&messages[i].msg_hdr, drops);
    }
    return got;
}

int parley_packets_send(
    int descriptor, int is_ipv6, const void *bytes, const parley_packet *packets, int count) {
    struct mmsghdr messages[PARLEY_BATCH];
    struct iovec parts[PARLEY_BATCH];
    struct sockaddr_storage names[PARLEY_BATCH];
    if (count > PARLEY_BATCH) count = PARLEY_BATCH;
    for (int i = 0; i < count; i++) {
        socklen_t length = parley_to_sockaddr(&packets[i].address, is_ipv6, &names[i]);
        if (length == 0) {
            if (i == 0) return -EAFNOSUPPORT;
            count = i;
            break;
        }
        parts[i] = (struct iovec){(char *)bytes + packets[i].offset, packets[i].length};
        messages[i].msg_len = 0;
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &names[i], .msg_namelen = length, .msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int sent;
    do {
        sent = sendmmsg(descriptor, messages, (unsigned)count, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}
