#include "library.h"

enum {
    RESULT_EMPTY, RESULT_COMMAND_OK, RESULT_TUPLES_OK, RESULT_COPY_OUT, RESULT_COPY_IN, RESULT_BAD_RESPONSE,
    RESULT_NONFATAL_ERROR, RESULT_FATAL_ERROR, RESULT_COPY_BOTH, RESULT_SINGLE_TUPLE, RESULT_PIPELINE_SYNC,
    RESULT_PIPELINE_ABORTED
};
// Numbers of PostgreSQL's own types.
enum { TYPE_BOOL = 16, TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_TEXT = 25, TYPE_VARCHAR = 1043 };

static PGresult *of(parley_postgres_result *result) {
    return (PGresult *)result;
}

void parley_postgres_result_end(parley_postgres_result *result) {
    parley_pq.PQclear(of(result));
}

int parley_postgres_result_kind(parley_postgres_result *result) {
    switch (parley_pq.PQresultStatus(of(result))) {
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
    return parley_pq.PQcmdStatus(of(result));
}

const char *parley_postgres_result_state(parley_postgres_result *result) {
    return parley_pq.PQresultErrorField(of(result), FIELD_STATE);
}

const char *parley_postgres_result_severity(parley_postgres_result *result) {
    return parley_pq.PQresultErrorField(of(result), FIELD_SEVERITY);
}

const char *parley_postgres_result_message(parley_postgres_result *result) {
    return parley_pq.PQresultErrorField(of(result), FIELD_MESSAGE);
}

int parley_postgres_result_rows(parley_postgres_result *result) {
    return parley_pq.PQntuples(of(result));
}

int parley_postgres_result_columns(parley_postgres_result *result) {
    return parley_pq.PQnfields(of(result));
}

int parley_postgres_result_type(parley_postgres_result *result, int row, int column) {
    if (parley_pq.PQgetisnull(of(result), row, column)) return PARLEY_POSTGRES_NULL;
    switch (parley_pq.PQftype(of(result), column)) {
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
    int length = parley_pq.PQgetlength(of(result), row, column);
    *count = length > 0 ? (size_t)length : 0;
    return (const uint8_t *)parley_pq.PQgetvalue(of(result), row, column);
}
