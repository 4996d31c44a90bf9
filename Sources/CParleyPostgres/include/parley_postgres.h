// The calls of PostgreSQL's client library (libpq) that ParleyPostgres needs, as plain C types.
//
// The library is found when it is first needed, by dlopen: neither its headers nor the library itself are needed to
// build, or to run a program that does not use PostgreSQL. No function blocks, except where its comment says so.
#ifndef PARLEY_POSTGRES_H
#define PARLEY_POSTGRES_H

#include <stddef.h>
#include <stdint.h>

// What a connection that is being made waits for.
#define PARLEY_POSTGRES_FAILED 0
#define PARLEY_POSTGRES_READING 1
#define PARLEY_POSTGRES_WRITING 2
#define PARLEY_POSTGRES_READY 3

// What a result is.
#define PARLEY_POSTGRES_DONE 1
#define PARLEY_POSTGRES_ROWS 2
#define PARLEY_POSTGRES_SYNC 3
// A statement that was skipped, because one before it failed.
#define PARLEY_POSTGRES_SKIPPED 4
#define PARLEY_POSTGRES_ERROR 5
// The beginning of a copy, which no statement here asks for. libpq goes on to take such results for ever.
#define PARLEY_POSTGRES_COPY 6

// What a column holds.
#define PARLEY_POSTGRES_INTEGER 1
#define PARLEY_POSTGRES_TEXT 2
#define PARLEY_POSTGRES_BYTES 3
#define PARLEY_POSTGRES_BOOLEAN 4
#define PARLEY_POSTGRES_NULL 5
#define PARLEY_POSTGRES_OTHER 6

// The most values of one statement.
#define PARLEY_POSTGRES_VALUES 16
// The most bytes of words about a library, with the zero at their end.
#define PARLEY_POSTGRES_WORDS 512

typedef struct parley_postgres parley_postgres;
typedef struct parley_postgres_result parley_postgres_result;

// Loads the library. Returns NULL if it is there; otherwise what is missing, in words that live for ever.
const char *parley_postgres_load(void);
// Looks for the calls in a library of another name, and forgets them. Returns 1 if all are there; otherwise what
// parley_postgres_load would say, in PARLEY_POSTGRES_WORDS bytes.
int parley_postgres_look_for(const char *name, char *words);
// The library's version, such as 150018. Only after it was loaded, as all that follows.
int parley_postgres_library_version(void);

// Begins to connect. NULL if memory has run out. The text is copied.
parley_postgres *parley_postgres_start(const char *text);
// Goes on connecting, when the descriptor is ready for what the last call said. The descriptor may be another one
// afterwards.
int parley_postgres_poll(parley_postgres *connection);
// Makes the connection a pipeline. Returns 0 if that failed.
int parley_postgres_begin(parley_postgres *connection);
void parley_postgres_end(parley_postgres *connection);

// What to watch: the server's socket, which libpq itself does not have any more once it is connected.
int parley_postgres_socket(parley_postgres *connection);
// How many bytes have come from the server, encrypted ones as they are.
uint64_t parley_postgres_received(parley_postgres *connection);
int parley_postgres_server_version(parley_postgres *connection);
int parley_postgres_is_encrypted(parley_postgres *connection);
// The library's words for the last failure. They live until the next call.
const char *parley_postgres_message(parley_postgres *connection);
// How many warnings the server has sent, and the words of the last one.
uint64_t parley_postgres_warnings(parley_postgres *connection);
const char *parley_postgres_warning(parley_postgres *connection);

// Puts a statement into the pipeline. Values are in binary form, one behind the other; a length of -1 is NULL.
// A name is that of a prepared statement; without one, the text is run once. Each returns 0 if it failed.
int parley_postgres_prepare(parley_postgres *connection, const char *name, const char *text);
int parley_postgres_run(
    parley_postgres *connection, const char *name, const char *text, const uint8_t *values, const int *lengths,
    int count);
// Ends a stretch of the pipeline: what fails before it does not touch what comes after it.
int parley_postgres_sync(parley_postgres *connection);
// Sends what waits. Returns 1 if some of it still waits, and -1 if the connection is lost.
int parley_postgres_flush(parley_postgres *connection);

// Reads what has arrived, 32 KiB at the most: the socket stays readable if there is more. Returns 0 if the connection
// is lost.
int parley_postgres_receive(parley_postgres *connection);
// Whether the next result is incomplete.
int parley_postgres_is_busy(parley_postgres *connection);
// The next result; NULL behind the last one of a statement. Blocks if the connection is busy.
parley_postgres_result *parley_postgres_take(parley_postgres *connection);

void parley_postgres_result_end(parley_postgres_result *result);
int parley_postgres_result_kind(parley_postgres_result *result);
// The command that was done, such as "COMMIT".
const char *parley_postgres_result_command(parley_postgres_result *result);
// Of an error: five letters that name it, how severe it is ("ERROR", "FATAL"), and the server's words. May be NULL.
const char *parley_postgres_result_state(parley_postgres_result *result);
const char *parley_postgres_result_severity(parley_postgres_result *result);
const char *parley_postgres_result_message(parley_postgres_result *result);
int parley_postgres_result_rows(parley_postgres_result *result);
int parley_postgres_result_columns(parley_postgres_result *result);
int parley_postgres_result_type(parley_postgres_result *result, int row, int column);
// A value in binary form. It lives as long as the result.
const uint8_t *parley_postgres_result_value(parley_postgres_result *result, int row, int column, size_t *count);

#endif
