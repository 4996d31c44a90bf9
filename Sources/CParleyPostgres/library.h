// The calls of libpq, as its own header declares them.
#ifndef PARLEY_POSTGRES_LIBRARY_H
#define PARLEY_POSTGRES_LIBRARY_H

#include "parley_postgres.h"

// libpq's types and constants. They have been the same since version 8.2, and are part of its binary interface.
typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef void (*notice_receiver)(void *context, const PGresult *notice);

// Fields of an error. The severity is never translated.
enum { FIELD_SEVERITY = 'V', FIELD_STATE = 'C', FIELD_MESSAGE = 'M' };

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
    CALL(notice_receiver, PQsetNoticeReceiver, (PGconn *, notice_receiver, void *)) \
    CALL(void *, PQnotifies, (PGconn *)) \
    CALL(void, PQfreemem, (void *))

#define DECLARE(type, name, parameters) type(*name) parameters;
struct calls { CALLS(DECLARE) };
#undef DECLARE

// Empty until parley_postgres_load has found them; then nothing changes them.
extern struct calls parley_pq;

#endif
