#include <stdlib.h>
#include <string.h>

#include "common.h"

// What a packet of commands costs at the least: its token finds the player, and the command of each
// tick that has none yet is copied to that tick's place. Nothing is measured, limited or counted.
enum { window = 64, longest = 16, cells = 2048 };

typedef struct {
    uint64_t token, came;
    uint32_t newest;
    uint8_t length[window], command[window][longest];
} seat;

uint64_t bench_token(int64_t number) {
    uint64_t z = (uint64_t)number * 0x9E3779B97F4A7C15u + 1;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint32_t seats_of[cells];

static seat *find(seat *seats, uint64_t token) {
    for (size_t cell = token % cells; seats_of[cell]; cell = (cell + 1) % cells)
        if (seats[seats_of[cell] - 1].token == token) return &seats[seats_of[cell] - 1];
    return NULL;
}

static int receive(seat *seats, const uint8_t *packet, int size) {
    uint64_t token;
    uint32_t newest;
    if (size < 20) return 0;
    memcpy(&token, packet, 8);
    seat *player = find(seats, token);
    if (!player || packet[8] != 3 || packet[9] != 0) return 0;
    memcpy(&newest, packet + 10, 4);
    int count = packet[17], at = 20, taken = 0;
    if (newest > player->newest) {
        uint32_t step = newest - player->newest;
        player->came = step < window ? player->came << step : 0;
        player->newest = newest;
    }
    for (int number = 0; number < count && at < size; number++) {
        int length = packet[at++];
        if (length > longest || at + length > size) return 0;
        uint32_t back = player->newest - newest + (uint32_t)number;
        if (back < window && !(player->came >> back & 1)) {
            player->came |= 1ull << back;
            player->length[(newest - number) % window] = (uint8_t)length;
            memcpy(player->command[(newest - number) % window], packet + at, (size_t)length);
            taken++;
        }
        at += length;
    }
    return taken;
}

// As Parley's client writes them: two commands of two bytes, for a tick and for the one before.
enum { packet_size = 26 };

static void write_packet(uint8_t *packet, uint64_t token, uint32_t tick, int number) {
    uint16_t turn = (uint16_t)(tick + (uint32_t)number), before = turn - 1;
    memset(packet, 0, packet_size);
    memcpy(packet, &token, 8);
    packet[8] = 3;
    memcpy(packet + 10, &tick, 4);
    packet[14] = (uint8_t)tick;
    packet[15] = packet[16] = 255;
    packet[17] = 2;
    packet[20] = packet[23] = 2;
    memcpy(packet + 21, &turn, 2);
    memcpy(packet + 24, &before, 2);
}

int64_t bench_commands(int players, int ticks) {
    seat *seats = calloc((size_t)players, sizeof *seats);
    uint8_t *packets = malloc((size_t)players * packet_size);
    if (!seats || !packets || players * 2 > cells) bench_fail("memory");
    for (int i = 0; i < players; i++) {
        seats[i].token = bench_token(i);
        size_t cell = seats[i].token % cells;
        while (seats_of[cell]) cell = (cell + 1) % cells;
        seats_of[cell] = (uint32_t)i + 1;
    }
    int64_t spent = 0, taken = 0;
    for (int tick = 1; tick <= ticks; tick++) {
        for (int i = 0; i < players; i++)
            write_packet(packets + (size_t)i * packet_size, seats[i].token, (uint32_t)tick, i);
        int64_t began = bench_cpu();
        for (int i = 0; i < players; i++)
            taken += receive(seats, packets + (size_t)i * packet_size, packet_size);
        spent += bench_cpu() - began;
    }
    if (taken < (int64_t)players * ticks) bench_fail("commands");
    free(seats);
    free(packets);
    return spent;
}
