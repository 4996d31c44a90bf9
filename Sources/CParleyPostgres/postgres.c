#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "library.h"

enum { POLLING_FAILED, POLLING_READING, POLLING_WRITING, POLLING_OK };
// Of PQstatus: libpq has not begun the session yet.
enum { STATUS_STARTED = 2, STATUS_MADE = 3 };

struct parley_postgres {
    PGconn *connection;
    struct gate gate;
    // Why there is no gate; empty where there is one.
    char failure[128];
    uint64_t warnings;
    char warning[256];
};

static void hear(void *context, const PGresult *notice) {
    parley_postgres *connection = context;
    const char *severity = parley_pq.PQresultErrorField(notice, FIELD_SEVERITY);
    if (!severity || strcmp(severity, "WARNING") != 0) return;
    const char *message = parley_pq.PQresultErrorField(notice, FIELD_MESSAGE);
    connection->warnings += 1;
    snprintf(connection->warning, sizeof connection->warning, "%s", message ? message : "");
}

parley_postgres *parley_postgres_start(const char *text) {
    parley_postgres *connection = calloc(1, sizeof *connection);
    if (!connection) return NULL;
    connection->connection = parley_pq.PQconnectStart(text);
    if (!connection->connection) {
        free(connection);
        return NULL;
    }
    // Else libpq waits, in its own way and without an end, for a server that asks for answers and does not read them.
    parley_pq.PQsetnonblocking(connection->connection, 1);
    parley_pq.PQsetNoticeReceiver(connection->connection, hear, connection);
    return connection;
}

// Follows libpq from one socket to the next. Returns 0 if that failed.
static int follow(parley_postgres *connection) {
    int status = parley_pq.PQstatus(connection->connection);
    int has_begun = status != STATUS_STARTED && status != STATUS_MADE;
    if (gate_follow(&connection->gate, parley_pq.PQsocket(connection->connection), has_begun)) return 1;
    snprintf(connection->failure, sizeof connection->failure, "no descriptor: %s", strerror(errno));
    return 0;
}

static size_t unread(parley_postgres *connection) {
    return gate_unread(&connection->gate, parley_pq.PQsocket(connection->connection));
}

int parley_postgres_poll(parley_postgres *connection) {
    int waits;
    int is_second = 0;
    if (!follow(connection)) return PARLEY_POSTGRES_FAILED;
    gate_pull(&connection->gate);
    for (;;) {
        size_t before = unread(connection);
        int state = parley_pq.PQconnectPoll(connection->connection);
        gate_push(&connection->gate, &waits);
        if (state != POLLING_FAILED && !follow(connection)) return PARLEY_POSTGRES_FAILED;
        size_t left = unread(connection);
        // The server's socket says nothing of what libpq left unread.
        if (state == POLLING_READING && left > 0 && left < before) continue;
        // Nor of what TLS has decrypted and libpq had no room for.
        is_second = !is_second && parley_pq.PQsslInUse(connection->connection);
        if (state == POLLING_READING && is_second) continue;
        // Nor of what waits for the server's reading.
        if (waits && state == POLLING_READING) return PARLEY_POSTGRES_WRITING;
        switch (state) {
            case POLLING_READING: return PARLEY_POSTGRES_READING;
            case POLLING_WRITING: return PARLEY_POSTGRES_WRITING;
            case POLLING_OK: return PARLEY_POSTGRES_READY;
            default: return PARLEY_POSTGRES_FAILED;
        }
    }
}

int parley_postgres_begin(parley_postgres *connection) {
    return parley_pq.PQenterPipelineMode(connection->connection) == 1;
}

void parley_postgres_end(parley_postgres *connection) {
    int waits;
    parley_pq.PQfinish(connection->connection);
    // libpq's last word.
    gate_push(&connection->gate, &waits);
    gate_end(&connection->gate);
    free(connection);
}

int parley_postgres_socket(parley_postgres *connection) {
    return connection->gate.is_closed ? connection->gate.outside : parley_pq.PQsocket(connection->connection);
}

uint64_t parley_postgres_received(parley_postgres *connection) {
    return connection->gate.received;
}

int parley_postgres_server_version(parley_postgres *connection) {
    return parley_pq.PQserverVersion(connection->connection);
}

int parley_postgres_is_encrypted(parley_postgres *connection) {
    return parley_pq.PQsslInUse(connection->connection);
}

const char *parley_postgres_message(parley_postgres *connection) {
    return connection->failure[0] ? connection->failure : parley_pq.PQerrorMessage(connection->connection);
}

uint64_t parley_postgres_warnings(parley_postgres *connection) {
    return connection->warnings;
}

const char *parley_postgres_warning(parley_postgres *connection) {
    return connection->warning;
}

int parley_postgres_prepare(parley_postgres *connection, const char *name, const char *text) {
    return parley_pq.PQsendPrepare(connection->connection, name, text, 0, NULL);
}

int parley_postgres_run(
    parley_postgres *connection, const char *name, const char *text, const uint8_t *values, const int *lengths,
    int count) {
    const char *starts[PARLEY_POSTGRES_VALUES];
    int formats[PARLEY_POSTGRES_VALUES];
    if (count < 0 || count > PARLEY_POSTGRES_VALUES) return 0;
    const char *next = values ? (const char *)values : "";
    for (int i = 0; i < count; i++) {
        starts[i] = lengths[i] < 0 ? NULL : next;
        if (lengths[i] > 0) next += lengths[i];
        formats[i] = 1;
    }
    if (name)
        return parley_pq.PQsendQueryPrepared(connection->connection, name, count, starts, lengths, formats, 1);
    return parley_pq.PQsendQueryParams(connection->connection, text, count, NULL, starts, lengths, formats, 1);
}

int parley_postgres_sync(parley_postgres *connection) {
    return parley_pq.PQpipelineSync(connection->connection);
}

int parley_postgres_flush(parley_postgres *connection) {
    for (;;) {
        int waits;
        int left = parley_pq.PQflush(connection->connection);
        if (left < 0) return -1;
        size_t sent = gate_push(&connection->gate, &waits);
        if (waits) return 1;
        // What libpq kept for want of room has some now.
        if (left == 0 || sent == 0) return left;
    }
}

// Reads once. Nobody here listens to notifications, and libpq keeps them until they are taken.
static int consume(parley_postgres *connection) {
    void *notification;
    int is_open =
        parley_pq.PQconsumeInput(connection->connection) == 1 && parley_pq.PQstatus(connection->connection) == 0;
    while ((notification = parley_pq.PQnotifies(connection->connection))) parley_pq.PQfreemem(notification);
    return is_open;
}

int parley_postgres_receive(parley_postgres *connection) {
    int waits;
    // TLS may give libpq what it has decrypted before it reads on: less than a record, so in two calls.
    int extra = parley_pq.PQsslInUse(connection->connection) ? 2 : 0;
    int still = 0;
    gate_pull(&connection->gate);
    size_t left = unread(connection);
    do {
        if (!consume(connection)) return 0;
        gate_forward(&connection->gate);
        size_t now = unread(connection);
        still = now < left ? 0 : still + 1;
        left = now;
    } while (still < (left > 0 ? extra + 1 : extra));
    gate_push(&connection->gate, &waits);
    return 1;
}

int parley_postgres_is_busy(parley_postgres *connection) {
    return parley_pq.PQisBusy(connection->connection);
}

parley_postgres_result *parley_postgres_take(parley_postgres *connection) {
    return (parley_postgres_result *)parley_pq.PQgetResult(connection->connection);
}
