#define _GNU_SOURCE
#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

// Whether libpq's descriptor is its end of the pair.
static int is_ours(const struct gate *gate, int descriptor) {
    struct stat now;
    return gate->is_closed && descriptor >= 0 && fstat(descriptor, &now) == 0 && now.st_dev == gate->device
        && now.st_ino == gate->number;
}

static int is_local(int descriptor) {
    struct sockaddr_storage own;
    socklen_t length = sizeof own;
    return getsockname(descriptor, (struct sockaddr *)&own, &length) == 0 && own.ss_family == AF_UNIX;
}

// A socket whose connecting has failed stays libpq's, which asks it why.
static int is_connected(int descriptor) {
    struct pollfd look = {.fd = descriptor, .events = POLLOUT};
    return poll(&look, 1, 0) == 1 && look.revents == POLLOUT;
}

int gate_follow(struct gate *gate, int descriptor, int has_begun) {
    if (is_ours(gate, descriptor)) return 1;
    // libpq closed its end, and may begin anew without TLS.
    gate_end(gate);
    if (descriptor < 0 || !is_connected(descriptor)) return 1;
    if (!has_begun && is_local(descriptor)) return 1;
    int pair[2];
    struct stat end;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0) return 0;
    int outside = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (outside < 0 || fstat(pair[1], &end) < 0 || dup3(pair[1], descriptor, O_CLOEXEC) < 0) {
        if (outside >= 0) close(outside);
        close(pair[0]);
        close(pair[1]);
        return 0;
    }
    close(pair[1]);
    gate->is_closed = 1;
    gate->outside = outside;
    gate->inside = pair[0];
    gate->device = end.st_dev;
    gate->number = end.st_ino;
    gate->start = gate->end = 0;
    return 1;
}

size_t gate_push(struct gate *gate, int *waits) {
    uint8_t chunk[GATE_CHUNK];
    size_t all = 0;
    *waits = 0;
    while (gate->is_closed) {
        ssize_t count = recv(gate->inside, chunk, sizeof chunk, MSG_PEEK | MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        ssize_t sent = send(gate->outside, chunk, (size_t)count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            *waits = 1;
            break;
        }
        // For a server that is gone there is nothing to keep: its end is read.
        size_t gone = sent < 0 ? (size_t)count : (size_t)sent;
        if (recv(gate->inside, chunk, gone, MSG_DONTWAIT) != (ssize_t)gone) break;
        all += gone;
    }
    return all;
}

void gate_pull(struct gate *gate) {
    if (!gate->is_closed || gate->start < gate->end) return gate_forward(gate);
    ssize_t count = recv(gate->outside, gate->chunk, sizeof gate->chunk, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
    if (count <= 0) {
        shutdown(gate->inside, SHUT_WR);
        return;
    }
    gate->received += (uint64_t)count;
    gate->start = 0;
    gate->end = (size_t)count;
    gate_forward(gate);
}

void gate_forward(struct gate *gate) {
    while (gate->is_closed && gate->start < gate->end) {
        ssize_t sent = send(
            gate->inside, gate->chunk + gate->start, gate->end - gate->start, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        // libpq has closed its end.
        gate->start = sent < 0 ? gate->end : gate->start + (size_t)sent;
    }
}

size_t gate_unread(const struct gate *gate, int descriptor) {
    int count = 0;
    if (!gate->is_closed || descriptor < 0 || ioctl(descriptor, FIONREAD, &count) < 0) return 0;
    return (count > 0 ? (size_t)count : 0) + (gate->end - gate->start);
}

void gate_end(struct gate *gate) {
    if (!gate->is_closed) return;
    close(gate->outside);
    close(gate->inside);
    gate->is_closed = 0;
    gate->start = gate->end = 0;
}
