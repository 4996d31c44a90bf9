// Grants in PostgreSQL by bare pipelined statements: each grant a transaction, `together` of them before the first answer.
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "common.h"
#include "parley_postgres.h"

static const char *const grant_text =
    "UPDATE owner SET zone = $1, number = number + 1 WHERE character = $2 AND zone = $3"
    " AND incarnation = 1 AND generation = 1 AND number = $4 RETURNING number";
static const char *const state_text =
    "INSERT INTO state (character, number, bytes) VALUES ($1, $2, $3)"
    " ON CONFLICT (character) DO UPDATE SET number = excluded.number, bytes = excluded.bytes";

static void wait_for(parley_postgres *connection, short events) {
    struct pollfd descriptor = {.fd = parley_postgres_socket(connection), .events = events};
    if (poll(&descriptor, 1, 60000) != 1) bench_fail("no answer of PostgreSQL");
}

static parley_postgres *open_database(const char *place) {
    if (parley_postgres_load()) bench_fail(parley_postgres_load());
    parley_postgres *connection = parley_postgres_start(place);
    if (!connection) bench_fail("no memory");
    int state = PARLEY_POSTGRES_WRITING;
    while (state == PARLEY_POSTGRES_READING || state == PARLEY_POSTGRES_WRITING) {
        wait_for(connection, state == PARLEY_POSTGRES_READING ? POLLIN : POLLOUT);
        state = parley_postgres_poll(connection);
    }
    if (state != PARLEY_POSTGRES_READY) bench_fail(parley_postgres_message(connection));
    if (!parley_postgres_begin(connection)) bench_fail("no pipeline");
    return connection;
}

static size_t put(uint8_t *bytes, size_t count, int64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes[count++] = (uint8_t)(number >> shift);
    return count;
}

static void grant(parley_postgres *connection, int64_t character, int64_t round, int size) {
    static uint8_t values[8192 + 32];
    size_t count = 5;
    memcpy(values, round % 2 ? "north" : "south", 5);
    count = put(values, count, character);
    memcpy(values + count, round % 2 ? "south" : "north", 5);
    count = put(values, count + 5, round + 1);
    int grant_lengths[] = {5, 8, 5, 8};
    int done = parley_postgres_run(connection, "grant", NULL, values, grant_lengths, 4);
    count = put(values, put(values, 0, character), round + 2);
    memset(values + count, 0, (size_t)size);
    int state_lengths[] = {8, 8, size};
    done &= parley_postgres_run(connection, "state", NULL, values, state_lengths, 3);
    // One transaction: no other begins before the sync.
    if (!done || !parley_postgres_sync(connection)) bench_fail(parley_postgres_message(connection));
}

// Waits for so many ends of transactions, each without an error and with one granted row.
static void take(parley_postgres *connection, int64_t ends) {
    while (ends > 0) {
        int left = parley_postgres_flush(connection);
        wait_for(connection, left == 1 ? POLLIN | POLLOUT : POLLIN);
        if (left < 0 || !parley_postgres_receive(connection)) bench_fail(parley_postgres_message(connection));
        while (ends > 0 && !parley_postgres_is_busy(connection)) {
            parley_postgres_result *result = parley_postgres_take(connection);
            if (!result) continue;
            int kind = parley_postgres_result_kind(result);
            if (kind == PARLEY_POSTGRES_ERROR) bench_fail(parley_postgres_result_message(result));
            if (kind == PARLEY_POSTGRES_ROWS && parley_postgres_result_rows(result) != 1)
                bench_fail("a grant was refused");
            if (kind == PARLEY_POSTGRES_SYNC) ends--;
            parley_postgres_result_end(result);
        }
    }
}

int64_t bench_postgres_grants(const char *place, int64_t count, int64_t together, int size) {
    if (size > 8192) bench_fail("so long a seal");
    parley_postgres *connection = open_database(place);
    if (!parley_postgres_prepare(connection, "grant", grant_text)
        || !parley_postgres_prepare(connection, "state", state_text) || !parley_postgres_sync(connection))
        bench_fail(parley_postgres_message(connection));
    take(connection, 1);
    int64_t began = bench_now();
    for (int64_t round = 0; round < count / together; round++) {
        for (int64_t character = 1; character <= together; character++) grant(connection, character, round, size);
        take(connection, together);
    }
    int64_t time = bench_now() - began;
    parley_postgres_end(connection);
    return time;
}
