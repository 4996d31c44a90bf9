// The raw sides of the benchmarks: what a careful C program does with the same kernel, and the
// peers that load or drain the side being measured. Everything on 127.0.0.0/8.
//
// A function that does not say what it returns runs until its process ends; one that cannot go on
// ends the process with a message.
#ifndef PARLEY_BENCHMARK_BASELINE_H
#define PARLEY_BENCHMARK_BASELINE_H

#include <stdint.h>

// Meters of this process. Times in nanoseconds, memory in bytes.
int64_t bench_now(void);
void bench_sleep_until(int64_t deadline);
int64_t bench_cpu(void);
int64_t bench_memory(void);
// How long a virtual machine's processors were kept waiting by their host, all together.
int64_t bench_stolen(void);

typedef struct {
    int64_t count, cpu, now, allocations;
} bench_sample;

// The meters at the moment when the measured side next counts, or after `patience` without that:
// so a tick that is only half done is in neither count nor CPU time.
bench_sample bench_take_sample(int64_t patience);

extern int64_t bench_counter;
extern int bench_sample_wanted;
void bench_note_sample(void);

// How many datagrams (or connections) the measured side has dealt with: one thread counts.
static inline void bench_count(int64_t more) {
    __atomic_store_n(&bench_counter, bench_counter + more, __ATOMIC_RELAXED);
    if (__builtin_expect(__atomic_load_n(&bench_sample_wanted, __ATOMIC_RELAXED), 0))
        bench_note_sample();
}

// The same where several threads count, for a price of its own.
static inline void bench_count_from_anywhere(int64_t more) {
    __atomic_fetch_add(&bench_counter, more, __ATOMIC_RELAXED);
    if (__builtin_expect(__atomic_load_n(&bench_sample_wanted, __ATOMIC_RELAXED), 0))
        bench_note_sample();
}

// Keeps the process on one of the machine's processors, where it has so many; on none below 0.
void bench_pin(int processor);
// Lets whoever wakes the process finish first, so that bursts arrive as such.
void bench_yield_to_wakers(void);
void bench_raise_descriptor_limit(void);

// From now on the count is the bytes that OpenSSL has allocated; 0 if it has allocated before.
int bench_count_openssl_memory(void);

// A socket for UDP that has no port yet, and one that has.
int bench_udp_socket(void);
int bench_udp_open(void);
int bench_tcp_listen(void);
int bench_port(int descriptor);
// Connects `count` times; returns the descriptors, for the caller to keep.
int *bench_connect_many(int port, int count);

// Baselines.
void bench_udp_receive(int descriptor);
// The same with UDP_GRO: several datagrams of one sender come in one message.
void bench_udp_receive_joined(int descriptor);
// `each` datagrams in a row to each address, by one system call per 64.
void bench_udp_fan_out(int port, int addresses, int each, int size, int64_t interval);
void bench_tcp_receive(int listener);
// As many frames a write as fit `bytes_per_write`.
void bench_tcp_send(int port, int size, int bytes_per_write);
// The ones that spin ask again and again instead of sleeping in the poller.
void bench_udp_echo(int descriptor, int spins);
void bench_tcp_echo(int listener, int spins);
void bench_accept_close(int listener);
void bench_one_to_all(int listener, int clients, int size, int64_t interval);
// Fills in round-trip times in nanoseconds; returns how many there were in `duration`.
int bench_ping(
    int port, int is_tcp, int spins, int size, int64_t duration, int64_t *times, int capacity);
// Encodes and decodes a datagram of eight fields so many times; returns the nanoseconds.
int64_t bench_codec(int64_t iterations);
// Seals or opens a packet of 200 bytes so many times with bare OpenSSL; returns the nanoseconds.
int64_t bench_seal(int64_t count, int is_opening);
// So many TLS 1.3 handshakes in memory, both ends; returns the nanoseconds.
int64_t bench_handshakes(int64_t count);

// Stores -----------------------------------------------------------------------------------------

// Moves characters between two zones in a new SQLite file, `together` in each transaction, with seals of `size` bytes.
// Returns nanoseconds.
int64_t bench_grants(const char *path, int64_t count, int64_t together, int size);
// The same in a PostgreSQL that has the tables: each grant is a transaction, `together` of them in the pipeline.
int64_t bench_postgres_grants(const char *place, int64_t count, int64_t together, int size);
// Writes checkpoints of so many characters with 2 KiB each.
int64_t bench_checkpoints(const char *path, int64_t rounds, int64_t characters);

// Collisions: nanoseconds for that many rays or moves in a level of hills; the next random number from
// 0 to 1, and how high the level is at a corner.
int64_t bench_rays(int64_t count);
int64_t bench_moves(int64_t count);
double bench_random(uint64_t *state);
double bench_hill(int32_t x, int32_t y);
// Copies the states of `entities` entities, of `size` bytes each, once, and for each of `clients` compares 50 of
// them with what they were before; returns the nanoseconds for each that a client was shown.
double bench_replication(int entities, int size, int clients, int rounds);
// Takes in a packet of two commands of each player for each tick; returns the nanoseconds of
// processor time. Players have random tokens.
int64_t bench_commands(int players, int ticks);
uint64_t bench_token(int64_t number);
// Takes in what clients send, whose numbers stand in the first four bytes, and every `interval` sends
// `size` bytes to each.
// Asks for input at most once a `pause`; 0 asks whenever there is some.
void bench_play(int descriptor, int clients, int size, int64_t interval, int64_t pause);
// As many UDP sockets, connected to that port.
int *bench_udp_many(int port, int count);
// Fills in how late each wake-up was; returns how many there were.
int bench_ticks(int64_t interval, int64_t duration, int64_t *lateness, int capacity);

// Loads and sinks.
// Every `interval`, `group` datagrams from each of the next `senders` of 16 sockets; `joined` as one
// that the kernel takes apart.
void bench_udp_load(
    int port, int size, int senders, int group, int joined, int64_t interval);
void bench_udp_sink(int descriptor);
void bench_tcp_sink(const int *descriptors, int count);
void bench_tcp_window(int port, int size, int window);
void bench_connect_load(int port, int in_flight);

// Attacks, from 127.0.1.1 and the addresses after it.
// Sends `count` packets of `size` bytes again and again, so many each second, from the sockets in turn.
void bench_forge(
    int port, const uint8_t *packets, int count, int size, int each_second, int sockets);
// Begins so many connections a second, from as many addresses as there are networks. Each says its
// first bytes, which may be none, and then nothing until the server closes it.
void bench_strangers(
    int port, int networks, int each_second, const uint8_t *hello, int size);
// Every `interval`, says the first bytes on `count` connections as fast as one thread can.
void bench_hellos_at_once(
    int port, int count, int64_t interval, const uint8_t *hello, int size);

// A relay from 127.0.0.2 to a server at 127.0.0.1, both with that port.
enum {
    BENCH_RELAY_PASSES,
    // UDP is lost.
    BENCH_RELAY_BLOCKS,
    // UDP is lost every second time that a flap takes, beginning now.
    BENCH_RELAY_FLAPS,
    // Each second the server sees each client at a new address. Beside it somebody at another one sends
    // a copy of every tenth packet, ahead of the packet, and never answers.
    BENCH_RELAY_MOVES,
};
#define BENCH_RELAY_FLAP 3000000000LL
#define BENCH_RELAY_RENEWAL 1000000000LL

typedef struct {
    int64_t flows;
    // How often the server changed between UDP and the tunnel while it flapped: toward all clients
    // together, and toward the one with most changes.
    int64_t switches, most_switches;
    // New addresses that the server saw, and the largest number of bytes that it had sent to one for each
    // byte from there, at any instant until that address can have answered a challenge.
    int64_t addresses;
    double largest_ratio;
} bench_relay_figures;

void bench_relay_open(int port);
// Does one of these from now on; returns the time. On any thread.
int64_t bench_relay_do(int mode);
void bench_relay(void);
bench_relay_figures bench_relay_report(void);

#endif
