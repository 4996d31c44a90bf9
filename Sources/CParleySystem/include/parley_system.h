// The Linux calls that Swift cannot see, or sees only through unions and macros, as plain C types.
//
// A function that can fail returns what the system call returns, or the negated errno, so that no
// caller reads the thread's errno after Swift code ran in between. Name lookup alone has error numbers
// of its own.
#ifndef PARLEY_SYSTEM_H
#define PARLEY_SYSTEM_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

// An IPv4 or IPv6 address with its port. IPv4 is kept in its mapped form (::ffff:a.b.c.d), so that
// one peer has one address whichever kind of socket it was seen by. Numbers are in host order.
typedef struct {
    uint64_t high;
    uint64_t low;
    uint32_t scope;
    uint16_t port;
    uint16_t reserved;
} parley_address;

// Whether an address of these halves is an IPv4 one.
static inline int parley_is_ipv4(uint64_t high, uint64_t low) {
    return high == 0 && (low >> 32) == 0xffff;
}

// epoll ----------------------------------------------------------------------------------------

#define PARLEY_READABLE 1u
#define PARLEY_WRITABLE 2u
#define PARLEY_FAILED 4u  // an error is pending on the descriptor
#define PARLEY_HANGUP 8u  // both directions have ended

typedef struct {
    uint64_t token;
    uint32_t readiness;
    uint32_t reserved;
} parley_event;

int parley_poller_open(void);
int parley_poller_add(int poller, int descriptor, uint32_t interest, uint64_t token);
int parley_poller_change(int poller, int descriptor, uint32_t interest, uint64_t token);
int parley_poller_remove(int poller, int descriptor);
// Waits at most `timeout` nanoseconds (negative: for ever). A signal counts as no event.
int parley_poller_wait(int poller, parley_event *events, int capacity, int64_t timeout);
// Looks for events so many times in a row, until there are some, without ever waiting.
int parley_poller_look(int poller, parley_event *events, int capacity, int times);

int parley_waker_open(void);
void parley_waker_wake(int waker);
void parley_waker_clear(int waker);

// Sockets --------------------------------------------------------------------------------------

// A TCP socket when `is_stream`, else a UDP one. It is non-blocking and closes on exec.
int parley_socket_open(int is_ipv6, int is_stream);
int parley_socket_bind(int descriptor, int is_ipv6, const parley_address *address);
int parley_socket_connect(int descriptor, int is_ipv6, const parley_address *address);
int parley_socket_listen(int descriptor, int backlog);
int parley_socket_accept(int descriptor, parley_address *peer);
int parley_socket_local_address(int descriptor, parley_address *address);
// The error that is pending on the socket, negated, and takes it off; 0 where there is none.
int parley_socket_error(int descriptor);
// Ends the sending direction of a connection; an error means that it has ended already.
int parley_socket_end_sending(int descriptor);
int64_t parley_socket_read(int descriptor, void *buffer, size_t count);
int64_t parley_socket_write(int descriptor, const void *bytes, size_t count);

typedef enum {
    PARLEY_OPTION_REUSE_ADDRESS,
    PARLEY_OPTION_REUSE_PORT,
    PARLEY_OPTION_IPV6_ONLY,
    PARLEY_OPTION_NO_DELAY,
    PARLEY_OPTION_KEEP_ALIVE,
    PARLEY_OPTION_KEEP_ALIVE_IDLE,
    PARLEY_OPTION_KEEP_ALIVE_INTERVAL,
    PARLEY_OPTION_KEEP_ALIVE_COUNT,
    PARLEY_OPTION_RECEIVE_BUFFER,
    PARLEY_OPTION_SEND_BUFFER,
    PARLEY_OPTION_BROADCAST,
    PARLEY_OPTION_TIME_TO_LIVE,
    PARLEY_OPTION_TYPE_OF_SERVICE,
    PARLEY_OPTION_MAXIMUM_SEGMENT,
    PARLEY_OPTION_UNSENT_LIMIT,  // TCP is writable below so many unsent bytes (TCP_NOTSENT_LOWAT)
    PARLEY_OPTION_MULTICAST_LOOPBACK,
    PARLEY_OPTION_MULTICAST_TIME_TO_LIVE,
    PARLEY_OPTION_COUNT_DROPS
} parley_option;

int parley_socket_set(int descriptor, int is_ipv6, parley_option option, int value);
int parley_socket_get(int descriptor, int is_ipv6, parley_option option);
// SO_LINGER: seconds < 0 switches it off; 0 makes close() reset the connection.
int parley_socket_set_linger(int descriptor, int seconds);
int parley_socket_multicast(
    int descriptor, const parley_address *group, unsigned interface_index, int join);

// Closes any descriptor. Linux frees it even when it reports an interruption: there is no retry.
void parley_close(int descriptor);

// Threads and time -----------------------------------------------------------------------------

// Raises the process's limit of descriptors to its maximum, and stores both.
void parley_raise_descriptor_limit(uint64_t *current, uint64_t *maximum);

// The stack of a thread, as Linux gives the first one. A game's rules run on it, and the default of
// some C libraries (musl: 128 KiB) does not carry them.
#define PARLEY_STACK_BYTES (8u << 20)

// Starts a thread that calls `body(context)` and then ends by itself. `name` is cut to 15 bytes.
// Signals are blocked on it, because they belong to the program's own threads; a fault of the thread
// itself and SIGPROF are not.
int parley_thread_start(const char *name, void (*body)(void *), void *context);

// A number that distinguishes threads while they live; never 0.
static inline uintptr_t parley_thread_id(void) { return (uintptr_t)pthread_self(); }

// The monotonic clock, in nanoseconds.
static inline int64_t parley_monotonic_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// The date, in seconds since 1970.
static inline int64_t parley_date(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec;
}

// The number of the task that a job of Swift's runtime resumes; 0 for a job that runs an actor.
uint64_t parley_job_task_number(const void *job);

// Datagrams in batches -------------------------------------------------------------------------

#define PARLEY_BATCH 64

typedef struct {
    parley_address address;  // the peer
    // This machine's, without a port: the one that the peer has sent to, or to send from. All 0 where
    // it is not known, and to let the system choose.
    parley_address local;
    uint32_t offset;  // of the datagram's first byte in the buffer
    uint32_t length;
    uint32_t segment;  // received: the size of each of the datagrams that were joined
} parley_packet;

// Whether the system may hand over datagrams that arrived together from one peer as one packet
// (UDP_GRO).
int parley_packets_join_received(int descriptor, int on);

// Asks for the local address of each packet received. A socket that is bound to one address does not
// need it; one that is bound to all would answer from the address that the system prefers for the way to
// the peer, which may not be the one that the peer has sent to.
int parley_packets_report_local(int descriptor, int is_ipv6);

// How many bytes the space needs that packets are received into.
size_t parley_packets_space(void);

// Receives up to `count` (at most PARLEY_BATCH) packets into `space`, from where they are to be
// gathered; their offsets are those that they have then. Returns how many came. `drops`, where the
// kernel says it, is the number of datagrams the socket's buffer has had no room for since it was
// opened.
int parley_packets_receive(
    int descriptor, void *space, parley_packet *packets, int count, uint32_t *drops);

// Copies the packets that were received last, one behind the other, to `bytes`.
void parley_packets_gather(
    const void *space, const parley_packet *packets, int count, void *bytes);

// Sends packets[0 ..< count] out of `bytes`, in at most PARLEY_BATCH messages. Where `join` says so,
// neighbours of the same two addresses leave as one message (UDP_SEGMENT); it is cleared when the system
// turns out not to be able to. Returns how many packets went before the first failure, or the
// negated errno when the very first one failed.
int parley_packets_send(
    int descriptor, int is_ipv6, int *join, const void *bytes, const parley_packet *packets,
    int count);

// Names and interfaces -------------------------------------------------------------------------

// Looks a name up, blocking. Returns how many addresses were stored, or a getaddrinfo error
// (below zero) that parley_resolve_error turns into words.
int parley_resolve(const char *host, uint16_t port, parley_address *addresses, int capacity);
const char *parley_resolve_error(int code);

typedef struct {
    char name[16];
    uint32_t index;
    uint32_t flags;  // PARLEY_INTERFACE_*
    parley_address address, netmask, broadcast, peer;
    uint8_t has_address, has_netmask, has_broadcast, has_peer;
    uint8_t hardware[6];
    uint8_t has_hardware;
    uint8_t reserved;
} parley_interface;

#define PARLEY_INTERFACE_UP 1u
#define PARLEY_INTERFACE_LOOPBACK 2u
#define PARLEY_INTERFACE_MULTICAST 4u

// Stores at most `capacity` interfaces; returns how many.
int parley_interfaces(parley_interface *interfaces, int capacity);

// Numeric text: the IPv6 or IPv4 address without its port. Returns 1 when the text is one.
int parley_address_parse(const char *text, parley_address *address);
// Writes the numeric text without the port; `capacity` of 64 always suffices.
void parley_address_format(const parley_address *address, char *text, size_t capacity);

// signals --------------------------------------------------------------------------------------

// Catches SIGINT and SIGTERM from now on; to be called once.
int parley_watch_termination(void);
// Waits for the next of the two that was not waited for yet, and returns its number.
int parley_next_termination(void);
// Ends the process without a word, as a shell tells of a signal: with 128 and its number.
void parley_exit_at_once(int number);

#endif
