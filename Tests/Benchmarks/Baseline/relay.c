#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"

// A relay of UDP and TCP between clients at 127.0.0.2 and a server at 127.0.0.1, with the same port
// number, in one thread. It can lose all of UDP, show clients to the server at new addresses, and send
// copies of their packets from addresses that never answer.

#define FLOWS 256
#define ROOM 65536
#define WINDOW (NANOSECONDS / 2)
// As many datagrams in half a second are a game's; a tunnel's user sends two probes, and a few answers.
#define GAME 6
// 127.1.0.1 and those after it.
#define NETWORKS 65536

// An address that the server sees, and what it has got from there and sent there.
typedef struct {
    int descriptor;
    int64_t received, sent;
    int has_heard, may_have_answered;
} front;

typedef struct {
    struct sockaddr_in client;
    front own, bystander;
    // Datagrams of the client, and those of the server since the last look.
    int to_server, to_client;
    int is_tunnelled, switches;
    int64_t renewed;
} flow;

static flow flows[FLOWS];
static int flow_count, peers[1 << 16], poller, server_port, udp;
static bench_relay_figures figures;
static uint8_t room[ROOM];

static int wanted;
static int64_t wanted_since;

int64_t bench_relay_do(int what) {
    wanted_since = bench_now();
    __atomic_store_n(&wanted, what, __ATOMIC_RELEASE);
    return wanted_since;
}

bench_relay_figures bench_relay_report(void) {
    bench_relay_figures report = figures;
    for (int i = 0; i < flow_count; i++) {
        int switches = flows[i].switches;
        report.switches += switches;
        if (switches > report.most_switches) report.most_switches = switches;
    }
    report.flows = flow_count;
    return report;
}

static int mode(void) { return __atomic_load_n(&wanted, __ATOMIC_ACQUIRE); }

static int is_blocked(void) {
    if (mode() == BENCH_RELAY_BLOCKS) return 1;
    if (mode() != BENCH_RELAY_FLAPS) return 0;
    return (bench_now() - wanted_since) / BENCH_RELAY_FLAP % 2 == 0;
}

static front new_front(void) {
    // A port that another one had would still get what the server sends there.
    static int number;
    front made = {.descriptor = bench_udp_socket()};
    bench_bind(made.descriptor, NETWORKS + number++);
    struct sockaddr_in server = bench_address(server_port, 0);
    if (connect(made.descriptor, (struct sockaddr *)&server, sizeof server) < 0)
        bench_fail("connect");
    bench_watch(poller, made.descriptor);
    return made;
}

static void renew(front *old) {
    close(old->descriptor);
    *old = new_front();
    figures.addresses++;
}

static void note_ratio(const front *seen) {
    if (seen->may_have_answered || seen->received == 0) return;
    double ratio = (double)seen->sent / (double)seen->received;
    if (ratio > figures.largest_ratio) figures.largest_ratio = ratio;
}

// Takes what the server has sent to an address; only what is for the client's own goes to the client.
static void drain(flow *some, front *seen) {
    ssize_t got;
    while ((got = recv(seen->descriptor, room, ROOM, MSG_DONTWAIT)) >= 0) {
        seen->sent += got;
        seen->has_heard = 1;
        note_ratio(seen);
        if (seen != &some->own) continue;
        some->to_client++;
        if (!is_blocked())
            sendto(
                udp, room, (size_t)got, MSG_DONTWAIT, (struct sockaddr *)&some->client,
                sizeof some->client);
    }
}

static void send_from(front *seen, const uint8_t *bytes, size_t count, int is_genuine) {
    // An answer can only be in what leaves after a packet of the server has come.
    if (is_genuine && seen->has_heard) seen->may_have_answered = 1;
    seen->received += (int64_t)count;
    send(seen->descriptor, bytes, count, MSG_DONTWAIT);
}

static flow *flow_of(const struct sockaddr_in *client) {
    for (int i = 0; i < flow_count; i++)
        if (flows[i].client.sin_port == client->sin_port &&
            flows[i].client.sin_addr.s_addr == client->sin_addr.s_addr)
            return &flows[i];
    if (flow_count == FLOWS) return NULL;
    flow *made = &flows[flow_count++];
    // Not all of them renew their addresses at the same moment.
    *made = (flow){
        .client = *client, .own = new_front(), .bystander = new_front(),
        .renewed = bench_now() + flow_count * BENCH_RELAY_RENEWAL / 64};
    return made;
}

static void move(flow *some) {
    int64_t now = bench_now();
    if (mode() != BENCH_RELAY_MOVES || now - some->renewed < BENCH_RELAY_RENEWAL) return;
    some->renewed = now;
    renew(&some->own);
    renew(&some->bystander);
}

static void take_from_clients(void) {
    static uint8_t packet[ROOM];
    struct sockaddr_in client;
    socklen_t length = sizeof client;
    ssize_t got;
    while ((got = recvfrom(
                udp, packet, ROOM, MSG_DONTWAIT, (struct sockaddr *)&client, &length)) >= 0) {
        flow *some = flow_of(&client);
        length = sizeof client;
        if (!some) continue;
        some->to_server++;
        if (is_blocked()) continue;
        move(some);
        drain(some, &some->own);
        drain(some, &some->bystander);
        // The copy first, so that it is the newest packet.
        if (mode() == BENCH_RELAY_MOVES && some->to_server % 10 == 0)
            send_from(&some->bystander, packet, (size_t)got, 0);
        send_from(&some->own, packet, (size_t)got, 1);
    }
}

// Looks at half a second: by which way the server sends. (A client sends its commands both ways while
// UDP is doubtful.)
static void look(void) {
    for (int i = 0; i < flow_count; i++) {
        int is_tunnelled = flows[i].to_client < GAME;
        if (mode() == BENCH_RELAY_FLAPS && is_tunnelled != flows[i].is_tunnelled)
            flows[i].switches++;
        flows[i].is_tunnelled = is_tunnelled;
        flows[i].to_client = 0;
    }
}

static void accept_stream(int listener) {
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0) return;
    int server = bench_tcp_connect(server_port);
    bench_set(client, IPPROTO_TCP, TCP_NODELAY, 1);
    peers[client] = server;
    peers[server] = client;
    bench_watch(poller, client);
    bench_watch(poller, server);
}

static void carry_stream(int from) {
    ssize_t got = recv(from, room, ROOM, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    ssize_t sent = got > 0 ? send(peers[from], room, (size_t)got, MSG_NOSIGNAL) : -1;
    if (sent == got) return;
    int to = peers[from];
    peers[from] = peers[to] = 0;
    close(from);
    close(to);
}

static int bind_relay(int kind) {
    int descriptor = socket(AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in own = bench_address(server_port, 1);
    bench_set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    if (bind(descriptor, (struct sockaddr *)&own, sizeof own) < 0) bench_fail("bind");
    return descriptor;
}

void bench_relay_open(int port) {
    server_port = port;
    poller = epoll_create1(EPOLL_CLOEXEC);
    udp = bind_relay(SOCK_DGRAM);
    bench_watch(poller, udp);
}

void bench_relay(void) {
    int listener = bind_relay(SOCK_STREAM);
    if (listen(listener, 4096) < 0) bench_fail("listen");
    bench_watch(poller, listener);
    int64_t next = bench_now() + WINDOW;
    for (;;) {
        struct epoll_event events[64];
        int ready = epoll_wait(poller, events, 64, 50);
        for (int i = 0; i < ready; i++) {
            int descriptor = events[i].data.fd;
            if (descriptor == udp) take_from_clients();
            else if (descriptor == listener) accept_stream(listener);
            else if (peers[descriptor]) carry_stream(descriptor);
            else
                for (int j = 0; j < flow_count; j++) {
                    if (flows[j].own.descriptor == descriptor) drain(&flows[j], &flows[j].own);
                    if (flows[j].bystander.descriptor == descriptor)
                        drain(&flows[j], &flows[j].bystander);
                }
        }
        if (bench_now() < next) continue;
        next += WINDOW;
        look();
    }
}
