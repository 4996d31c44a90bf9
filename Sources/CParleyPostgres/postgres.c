#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parley_postgres.h"

// libpq's types and constants. They have been the same since version 8.2, and are part of its binary interface.
typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef void (*notice_receiver)(void *context, const PGresult *notice);

enum { POLLING_FAILED, POLLING_READING, POLLING_WRITING, POLLING_OK };
enum {
    RESULT_EMPTY, RESULT_COMMAND_OK, RESULT_TUPLES_OK, RESULT_COPY_OUT, RESULT_COPY_IN, RESULT_BAD_RESPONSE,
    RESULT_NONFATAL_ERROR, RESULT_FATAL_ERROR, RESULT_COPY_BOTH, RESULT_SINGLE_TUPLE, RESULT_PIPELINE_SYNC,
    RESULT_PIPELINE_ABORTED
};
// Fields of an error. The severity is never translated.
enum { FIELD_SEVERITY = 'V', FIELD_STATE = 'C', FIELD_MESSAGE = 'M' };
// Numbers of PostgreSQL's own types.
enum { TYPE_BOOL = 16, TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_TEXT = 25, TYPE_VARCHAR = 1043 };

#define CALLS(CALL) \
    CALL(int, PQlibVersion, (void)) \
    CALL(PGconn *, PQconnectStart, (const char *)) \
    CALL(int, PQconnectPoll, (PGconn *)) \
    CALL(void, PQfinish, (PGconn *)) \
    CALL(int, PQsocket, (const PGconn *)) \
    CALL(int, PQstatus, (const PGconn *)) \
    CALL(int, PQserverVersion, (const PGconn *)) \
    CALL(int, PQsslInUse, (PGconn *)) \
    CALL(char *, PQerrorMessage, (const PGconn *)) \
    CALL(int, PQsetnonblocking, (PGconn *, int)) \
    CALL(int, PQenterPipelineMode, (PGconn *)) \
    CALL(int, PQpipelineSync, (PGconn *)) \
    CALL(int, PQsendPrepare, (PGconn *, const char *, const char *, int, const unsigned *)) \
    CALL(int, PQsendQueryParams, \
        (PGconn *, const char *, int, const unsigned *, const char *const *, const int *, const int *, int)) \
    CALL(int, PQsendQueryPrepared, \
        (PGconn *, const char *, int, const char *const *, const int *, const int *, int)) \
    CALL(int, PQflush, (PGconn *)) \
    CALL(int, PQconsumeInput, (PGconn *)) \
    CALL(int, PQisBusy, (PGconn *)) \
    CALL(PGresult *, PQgetResult, (PGconn *)) \
    CALL(void, PQclear, (PGresult *)) \
    CALL(int, PQresultStatus, (const PGresult *)) \
    CALL(char *, PQcmdStatus, (PGresult *)) \
    CALL(char *, PQresultErrorField, (const PGresult *, int)) \
    CALL(int, PQntuples, (const PGresult *)) \
    CALL(int, PQnfields, (const PGresult *)) \
    CALL(unsigned, PQftype, (const PGresult *, int)) \
    CALL(int, PQgetisnull, (const PGresult *, int, int)) \
    CALL(char *, PQgetvalue, (const PGresult *, int, int)) \
    CALL(int, PQgetlength, (const PGresult *, int, int)) \
    CALL(notice_receiver, PQsetNoticeReceiver, (PGconn *, notice_receiver, void *))

#define DECLARE(type, name, parameters) type(*name) parameters;
static struct { CALLS(DECLARE) } pq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char missing[512];

static int find(void *library, const char *name, void *place) {
    void *call = dlsym(library, name);
    memcpy(place, &call, sizeof call);
    if (!call && !missing[0])
        snprintf(missing, sizeof missing, "PostgreSQL's client library is older than version 14: it has no %s", name);
    return call != NULL;
}

static void load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(
            missing, sizeof missing,
            "PostgreSQL's client library is not installed (Debian: apt-get install libpq5; Fedora: dnf install libpq; "
            "Arch: pacman -S postgresql-libs): %s",
            dlerror());
        return;
    }
#define FIND(type, name, parameters) \
    if (!find(library, #name, &pq.name)) return;
    CALLS(FIND)
}

const char *parley_postgres_load(void) {
    pthread_once(&once, load);
    return missing[0] ? missing : NULL;
}

int parley_postgres_library_version(void) {
    return pq.PQlibVersion();
}

struct parley_postgres {
    PGconn *connection;
    uint64_t warnings;
    char warning[256];
};

static PGresult *of(parley_postgres_result *result) {
    return (PGresult *)result;
}

static void hear(void *context, const PGresult *notice) {
    parley_postgres *connection = context;
    const char *severity = pq.PQresultErrorField(notice, FIELD_SEVERITY);
    if (!severity || strcmp(severity, "WARNING") != 0) return;
    const char *message = pq.PQresultErrorField(notice, FIELD_MESSAGE);
    connection->warnings += 1;
    snprintf(connection->warning, sizeof connection->warning, "%s", message ? message : "");
}

parley_postgres *parley_postgres_start(const char *text) {
    parley_postgres *connection = calloc(1, sizeof *connection);
    if (!connection) return NULL;
    connection->connection = pq.PQconnectStart(text);
    if (!connection->connection) {
        free(connection);
        return NULL;
    }
    pq.PQsetNoticeReceiver(connection->connection, hear, connection);
    return connection;
}

int parley_postgres_poll(parley_postgres *connection) {
    switch (pq.PQconnectPoll(connection->connection)) {
        case POLLING_READING: return PARLEY_POSTGRES_READING;
        case POLLING_WRITING: return PARLEY_POSTGRES_WRITING;
        case POLLING_OK: return PARLEY_POSTGRES_READY;
        default: return PARLEY_POSTGRES_FAILED;
    }
}

int parley_postgres_begin(parley_postgres *connection) {
    return pq.PQsetnonblocking(connection->connection, 1) == 0 && pq.PQenterPipelineMode(connection->connection) == 1;
}

void parley_postgres_end(parley_postgres *connection) {
    pq.PQfinish(connection->connection);
    free(connection);
}

int parley_postgres_socket(parley_postgres *connection) {
    return pq.PQsocket(connection->connection);
}

int parley_postgres_server_version(parley_postgres *connection) {
    return pq.PQserverVersion(connection->connection);
}

int parley_postgres_is_encrypted(parley_postgres *connection) {
    return pq.PQsslInUse(connection->connection);
}

const char *parley_postgres_message(parley_postgres *connection) {
    return pq.PQerrorMessage(connection->connection);
}

uint64_t parley_postgres_warnings(parley_postgres *connection) {
    return connection->warnings;
}

const char *parley_postgres_warning(parley_postgres *connection) {
    return connection->warning;
}

int parley_postgres_prepare(parley_postgres *connection, const char *name, const char *text) {
    return pq.PQsendPrepare(connection->connection, name, text, 0, NULL);
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
        return pq.PQsendQueryPrepared(connection->connection, name, count, starts, lengths, formats, 1);
    return pq.PQsendQueryParams(connection->connection, text, count, NULL, starts, lengths, formats, 1);
}

int parley_postgres_sync(parley_postgres *connection) {
    return pq.PQpipelineSync(connection->connection);
}

int parley_postgres_flush(parley_postgres *connection) {
    return pq.PQflush(connection->connection);
}

int parley_postgres_receive(parley_postgres *connection) {
    return pq.PQconsumeInput(connection->connection) == 1 && pq.PQstatus(connection->connection) == 0;
}

int parley_postgres_is_busy(parley_postgres *connection) {
    return pq.PQisBusy(connection->connection);
}

parley_postgres_result *parley_postgres_take(parley_postgres *connection) {
    return (parley_postgres_result *)pq.PQgetResult(connection->connection);
}

void parley_postgres_result_end(parley_postgres_result *result) {
    pq.PQclear(of(result));
}

int parley_postgres_result_kind(parley_postgres_result *result) {
    switch (pq.PQresultStatus(of(result))) {
        case RESULT_COMMAND_OK: return PARLEY_POSTGRES_DONE;
        case RESULT_TUPLES_OK: return PARLEY_POSTGRES_ROWS;
        case RESULT_PIPELINE_SYNC: return PARLEY_POSTGRES_SYNC;
        case RESULT_PIPELINE_ABORTED: return PARLEY_POSTGRES_SKIPPED;
        case RESULT_COPY_OUT:
        case RESULT_COPY_IN:
        case RESULT_COPY_BOTH: return PARLEY_POSTGRES_COPY;
        default: return PARLEY_POSTGRES_ERROR;
    }
}

const char *parley_postgres_result_command(parley_postgres_result *result) {
    return pq.PQcmdStatus(of(result));
}

const char *parley_postgres_result_state(parley_postgres_result *result) {
    return pq.PQresultErrorField(of(result), FIELD_STATE);
}

const char *parley_postgres_result_severity(parley_postgres_result *result) {
    return pq.PQresultErrorField(of(result), FIELD_SEVERITY);
}

const char *parley_postgres_result_message(parley_postgres_result *result) {
    return pq.PQresultErrorField(of(result), FIELD_MESSAGE);
}

int parley_postgres_result_rows(parley_postgres_result *result) {
    return pq.PQntuples(of(result));
}

int parley_postgres_result_columns(parley_postgres_result *result) {
    return pq.PQnfields(of(result));
}

int parley_postgres_result_type(parley_postgres_result *result, int row, int column) {
    if (pq.PQgetisnull(of(result), row, column)) return PARLEY_POSTGRES_NULL;
    switch (pq.PQftype(of(result), column)) {
        case TYPE_INT2:
        case TYPE_INT4:
        case TYPE_INT8: return PARLEY_POSTGRES_INTEGER;
        case TYPE_TEXT:
        case TYPE_VARCHAR: return PARLEY_POSTGRES_TEXT;
        case TYPE_BYTEA: return PARLEY_POSTGRES_BYTES;
        case TYPE_BOOL: return PARLEY_POSTGRES_BOOLEAN;
        default: return PARLEY_POSTGRES_OTHER;
    }
}

const uint8_t *parley_postgres_result_value(parley_postgres_result *result, int row, int column, size_t *count) {
    int length = pq.PQgetlength(of(result), row, column);
    *count = length > 0 ? (size_t)length : 0;
    return (const uint8_t *)pq.PQgetvalue(of(result), row, column);
}
