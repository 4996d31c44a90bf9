// What stands between libpq and its server, so that libpq reads as much at a time as it is given.
//
// libpq makes room for a message of any size that its header announces, up to 2 GiB, and one call reads until its
// socket is empty: a server that sends as fast as it is read has no bound. So, as soon as libpq has connected, its
// descriptor becomes one end of a pair of sockets, and its server's socket moves to another descriptor. The bytes
// pass here, a chunk at a time, and are counted.
#ifndef PARLEY_POSTGRES_GATE_H
#define PARLEY_POSTGRES_GATE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

// The most bytes that libpq gets at a time.
#define GATE_CHUNK 32768

struct gate {
    // Whether the server's socket is ours. The other members count only then.
    int is_closed;
    // The server's socket, and our end of the pair.
    int outside;
    int inside;
    // What libpq's end of the pair is known by.
    dev_t device;
    ino_t number;
    // How many bytes have come from the server.
    uint64_t received;
    // Bytes from the server for which the pair had no room.
    size_t start;
    size_t end;
    uint8_t chunk[GATE_CHUNK];
};

// Takes libpq's socket over once that is connected, and gives back one that libpq has left. A Unix socket is libpq's
// until its session has begun: before that libpq asks it who is at its other end, if PGREQUIREPEER says so. Returns 0
// if the system has no descriptor for it.
int gate_follow(struct gate *gate, int descriptor, int has_begun);
// Passes on what libpq has sent. Returns how many bytes went, and in `waits` whether some wait for the server.
size_t gate_push(struct gate *gate, int *waits);
// Passes on what the server has sent: a chunk at the most. libpq finds the end of it as its server's.
void gate_pull(struct gate *gate);
// Passes on what the pair had no room for.
void gate_forward(struct gate *gate);
// How many bytes libpq has not read yet.
size_t gate_unread(const struct gate *gate, int descriptor);
// Closes both descriptors.
void gate_end(struct gate *gate);

#endif
