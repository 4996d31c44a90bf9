#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "private.h"

int parley_socket_open(int is_ipv6, int is_stream) {
    int kind = (is_stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
    return or_errno(socket(is_ipv6 ? AF_INET6 : AF_INET, kind, 0));
}

int parley_socket_bind(int descriptor, int is_ipv6, const parley_address *address) {
    struct sockaddr_storage storage;
    socklen_t length = parley_to_sockaddr(address, is_ipv6, &storage);
    if (length == 0) return -EAFNOSUPPORT;
    return or_errno(bind(descriptor, (struct sockaddr *)&storage, length));
}

int parley_socket_connect(int descriptor, int is_ipv6, const parley_address *address) {
    struct sockaddr_storage storage;
    socklen_t length = parley_to_sockaddr(address, is_ipv6, &storage);
    if (length == 0) return -EAFNOSUPPORT;
    return or_errno(connect(descriptor, (struct sockaddr *)&storage, length));
}

int parley_socket_listen(int descriptor, int backlog) {
    return or_errno(listen(descriptor, backlog));
}

int parley_socket_accept(int descriptor, parley_address *peer) {
    struct sockaddr_storage storage;
    int accepted;
    do {
        socklen_t length = sizeof storage;
        accepted = accept4(
            descriptor, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    } while (accepted < 0 && errno == EINTR);
    if (accepted < 0) return -errno;
    parley_from_sockaddr((struct sockaddr *)&storage, peer);
    return accepted;
}

int parley_socket_local_address(int descriptor, parley_address *address) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    if (getsockname(descriptor, (struct sockaddr *)&storage, &length) < 0) return -errno;
    parley_from_sockaddr((struct sockaddr *)&storage, address);
    return 0;
}

int parley_socket_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -errno;
    return -error;
}

int parley_socket_end_sending(int descriptor) {
    return or_errno(shutdown(descriptor, SHUT_WR));
}

void parley_close(int descriptor) { (void)close(descriptor); }

int64_t parley_socket_read(int descriptor, void *buffer, size_t count) {
    ssize_t got;
    do {
        got = recv(descriptor, buffer, count, 0);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

int64_t parley_socket_write(int descriptor, const void *bytes, size_t count) {
    ssize_t sent;
    do {
        sent = send(descriptor, bytes, count, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

typedef struct {
    int level, name;
} place;

static place option_place(int is_ipv6, parley_option option) {
    switch (option) {
    case PARLEY_OPTION_REUSE_ADDRESS: return (place){SOL_SOCKET, SO_REUSEADDR};
    case PARLEY_OPTION_REUSE_PORT: return (place){SOL_SOCKET, SO_REUSEPORT};
    case PARLEY_OPTION_IPV6_ONLY: return (place){IPPROTO_IPV6, IPV6_V6ONLY};
    case PARLEY_OPTION_NO_DELAY: return (place){IPPROTO_TCP, TCP_NODELAY};
    case PARLEY_OPTION_KEEP_ALIVE: return (place){SOL_SOCKET, SO_KEEPALIVE};
    case PARLEY_OPTION_KEEP_ALIVE_IDLE: return (place){IPPROTO_TCP, TCP_KEEPIDLE};
    case PARLEY_OPTION_KEEP_ALIVE_INTERVAL: return (place){IPPROTO_TCP, TCP_KEEPINTVL};
    case PARLEY_OPTION_KEEP_ALIVE_COUNT: return (place){IPPROTO_TCP, TCP_KEEPCNT};
    case PARLEY_OPTION_RECEIVE_BUFFER: return (place){SOL_SOCKET, SO_RCVBUF};
    case PARLEY_OPTION_SEND_BUFFER: return (place){SOL_SOCKET, SO_SNDBUF};
    case PARLEY_OPTION_BROADCAST: return (place){SOL_SOCKET, SO_BROADCAST};
    case PARLEY_OPTION_MAXIMUM_SEGMENT: return (place){IPPROTO_TCP, TCP_MAXSEG};
    case PARLEY_OPTION_UNSENT_LIMIT: return (place){IPPROTO_TCP, TCP_NOTSENT_LOWAT};
    case PARLEY_OPTION_COUNT_DROPS: return (place){SOL_SOCKET, SO_RXQ_OVFL};
    case PARLEY_OPTION_TIME_TO_LIVE:
        return is_ipv6 ? (place){IPPROTO_IPV6, IPV6_UNICAST_HOPS} : (place){IPPROTO_IP, IP_TTL};
    case PARLEY_OPTION_TYPE_OF_SERVICE:
        return is_ipv6 ? (place){IPPROTO_IPV6, IPV6_TCLASS} : (place){IPPROTO_IP, IP_TOS};
    case PARLEY_OPTION_MULTICAST_LOOPBACK:
        return is_ipv6 ? (place){IPPROTO_IPV6, IPV6_MULTICAST_LOOP}
                       : (place){IPPROTO_IP, IP_MULTICAST_LOOP};
    case PARLEY_OPTION_MULTICAST_TIME_TO_LIVE:
        return is_ipv6 ? (place){IPPROTO_IPV6, IPV6_MULTICAST_HOPS}
                       : (place){IPPROTO_IP, IP_MULTICAST_TTL};
    }
    return (place){-1, -1};
}

int parley_socket_set(int descriptor, int is_ipv6, parley_option option, int value) {
    place where = option_place(is_ipv6, option);
    if (setsockopt(descriptor, where.level, where.name, &value, sizeof value) < 0) return -errno;
    // A dual-stack socket carries IPv4 too, which has settings of its own; it takes them where
    // the kernel lets it, and a socket bound to IPv6 alone refuses them harmlessly.
    if (is_ipv6 && where.level == IPPROTO_IPV6 && option != PARLEY_OPTION_IPV6_ONLY) {
        place also = option_place(0, option);
        (void)setsockopt(descriptor, also.level, also.name, &value, sizeof value);
    }
    return 0;
}

int parley_socket_get(int descriptor, int is_ipv6, parley_option option) {
    place where = option_place(is_ipv6, option);
    int value = 0;
    socklen_t length = sizeof value;
    if (getsockopt(descriptor, where.level, where.name, &value, &length) < 0) return -errno;
    return value;
}

int parley_socket_set_linger(int descriptor, int seconds) {
    struct linger linger = {.l_onoff = seconds >= 0, .l_linger = seconds < 0 ? 0 : seconds};
    return or_errno(setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
}

int parley_socket_multicast(
    int descriptor, const parley_address *group, unsigned interface_index, int join) {
    struct group_req request = {.gr_interface = interface_index};
    int group_is_ipv6 = !parley_is_ipv4(group->high, group->low);
    if (parley_to_sockaddr(group, group_is_ipv6, &request.gr_group) == 0) return -EAFNOSUPPORT;
    // Also a dual-stack IPv6 socket joins an IPv4 group at the IPv4 level.
    int level = group_is_ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
    int name = join ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP;
    return or_errno(setsockopt(descriptor, level, name, &request, sizeof request));
}
