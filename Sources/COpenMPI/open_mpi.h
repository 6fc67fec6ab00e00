// Open MPI for Swift: what mpi.h gives as macros that cast, behind functions, and its handles in structures, so
// that no Swift source depends on what an MPI makes them of. Whatever can wait for a peer is not blocking: it
// answers with a request. No policy here; each function answers MPI's own error code.
#pragma once

#include <mpi.h>
#include <stdint.h>

typedef struct {
    MPI_Comm handle;
} farm_comm;

typedef struct {
    MPI_Request handle;
} farm_request;

typedef struct {
    MPI_Message handle;
} farm_message;

/// Who sent a message, under which tag, and how long it is.
typedef struct {
    int source;
    int tag;
    int64_t bytes;
} farm_status;

enum { FARM_MPI_DOUBLE, FARM_MPI_FLOAT, FARM_MPI_INT32, FARM_MPI_INT64, FARM_MPI_UINT8 };
enum { FARM_MPI_SUM, FARM_MPI_PRODUCT, FARM_MPI_MINIMUM, FARM_MPI_MAXIMUM };

/// Any source, any tag.
#define FARM_MPI_ANY (-1)
/// Room for an error's text.
#define FARM_MPI_TEXT MPI_MAX_ERROR_STRING

static inline MPI_Datatype farm_mpi_type(int type) {
    switch (type) {
    case FARM_MPI_DOUBLE: return MPI_DOUBLE;
    case FARM_MPI_FLOAT: return MPI_FLOAT;
    case FARM_MPI_INT32: return MPI_INT32_T;
    case FARM_MPI_INT64: return MPI_INT64_T;
    default: return MPI_UINT8_T;
    }
}

static inline MPI_Op farm_mpi_operation(int operation) {
    switch (operation) {
    case FARM_MPI_SUM: return MPI_SUM;
    case FARM_MPI_PRODUCT: return MPI_PROD;
    case FARM_MPI_MINIMUM: return MPI_MIN;
    default: return MPI_MAX;
    }
}

static inline int farm_mpi_source(int source) { return source == FARM_MPI_ANY ? MPI_ANY_SOURCE : source; }
static inline int farm_mpi_tag(int tag) { return tag == FARM_MPI_ANY ? MPI_ANY_TAG : tag; }

static inline farm_status farm_mpi_status(const MPI_Status *from) {
    int count = 0;
    MPI_Get_count(from, MPI_BYTE, &count);
    farm_status status = {from->MPI_SOURCE, from->MPI_TAG, count};
    return status;
}

/* The world */

/// Joins the world, asking for calls from any thread at any time; `*level_is_enough` says whether it is given.
static inline int farm_mpi_init(int *level_is_enough) {
    int provided = 0;
    int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_MULTIPLE, &provided);
    *level_is_enough = provided == MPI_THREAD_MULTIPLE;
    if (code == MPI_SUCCESS) {
        MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
        MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN);
    }
    return code;
}

static inline int farm_mpi_finalize(void) { return MPI_Finalize(); }
static inline double farm_mpi_wall_time(void) { return MPI_Wtime(); }

static inline int farm_mpi_version(char *text) {
    int length = 0;
    return MPI_Get_library_version(text, &length);
}
#define FARM_MPI_VERSION_TEXT MPI_MAX_LIBRARY_VERSION_STRING

static inline int farm_mpi_error_text(int code, char *text) {
    int length = 0;
    return MPI_Error_string(code, text, &length);
}

/// The highest tag that a message may have.
static inline int farm_mpi_highest_tag(void) {
    int *value = NULL, found = 0;
    MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_TAG_UB, &value, &found);
    return found ? *value : 32767;
}

/* Communicators */

static inline farm_comm farm_mpi_world(void) {
    farm_comm comm = {MPI_COMM_WORLD};
    return comm;
}

static inline farm_comm farm_mpi_self(void) {
    farm_comm comm = {MPI_COMM_SELF};
    return comm;
}

static inline farm_comm farm_mpi_none(void) {
    farm_comm comm = {MPI_COMM_NULL};
    return comm;
}

static inline int farm_mpi_rank(farm_comm comm) {
    int rank = 0;
    MPI_Comm_rank(comm.handle, &rank);
    return rank;
}

static inline int farm_mpi_size(farm_comm comm) {
    int size = 0;
    MPI_Comm_size(comm.handle, &size);
    return size;
}

static inline int farm_mpi_duplicate(farm_comm comm, farm_comm *copy) {
    return MPI_Comm_dup(comm.handle, &copy->handle);
}

/// A communicator of these ranks of `comm`, which all call it, and nobody else.
static inline int farm_mpi_create_group(
    farm_comm comm, const int32_t *ranks, int count, int tag, farm_comm *made) {
    MPI_Group all, group;
    int code = MPI_Comm_group(comm.handle, &all);
    if (code != MPI_SUCCESS) return code;
    code = MPI_Group_incl(all, count, (const int *)ranks, &group);
    if (code == MPI_SUCCESS) {
        code = MPI_Comm_create_group(comm.handle, group, tag, &made->handle);
        MPI_Group_free(&group);
    }
    MPI_Group_free(&all);
    return code;
}

/// `color` below 0: in no part.
static inline int farm_mpi_split(farm_comm comm, int color, int key, farm_comm *part) {
    return MPI_Comm_split(comm.handle, color < 0 ? MPI_UNDEFINED : color, key, &part->handle);
}

static inline int farm_mpi_is_none(farm_comm comm) { return comm.handle == MPI_COMM_NULL; }
static inline int farm_mpi_free(farm_comm *comm) { return MPI_Comm_free(&comm->handle); }

/// Which rank of `other` a rank of `comm` is; below 0 if none.
static inline int farm_mpi_translate(farm_comm comm, int rank, farm_comm other) {
    MPI_Group from, to;
    int result = MPI_UNDEFINED;
    MPI_Comm_group(comm.handle, &from);
    MPI_Comm_group(other.handle, &to);
    MPI_Group_translate_ranks(from, 1, &rank, to, &result);
    MPI_Group_free(&from);
    MPI_Group_free(&to);
    return result == MPI_UNDEFINED ? -1 : result;
}

/// Splits `count` into `dimensions` factors that are near one another; those that are not 0 stay.
static inline int farm_mpi_dimensions(int count, int dimensions, int32_t *sizes) {
    return MPI_Dims_create(count, dimensions, (int *)sizes);
}

/* Requests */

static inline farm_request farm_mpi_no_request(void) {
    farm_request request = {MPI_REQUEST_NULL};
    return request;
}

/// Whether it is done; makes progress.
static inline int farm_mpi_test(farm_request *request, int *is_done, farm_status *status) {
    MPI_Status from;
    int code = MPI_Test(&request->handle, is_done, &from);
    if (code == MPI_SUCCESS && *is_done) *status = farm_mpi_status(&from);
    return code;
}

/// Takes a receive back; it is done then, unless a message had come for it.
static inline int farm_mpi_cancel(farm_request *request) { return MPI_Cancel(&request->handle); }

/* Messages */

static inline int farm_mpi_isend(
    const void *values, int count, int type, int to, int tag, farm_comm comm, farm_request *request) {
    return MPI_Isend(values, count, farm_mpi_type(type), to, tag, comm.handle, &request->handle);
}

/// Done when the receiver has begun to receive.
static inline int farm_mpi_issend(
    const void *values, int count, int type, int to, int tag, farm_comm comm, farm_request *request) {
    return MPI_Issend(values, count, farm_mpi_type(type), to, tag, comm.handle, &request->handle);
}

static inline int farm_mpi_irecv(
    void *values, int count, int type, int from, int tag, farm_comm comm, farm_request *request) {
    return MPI_Irecv(
        values, count, farm_mpi_type(type), farm_mpi_source(from), farm_mpi_tag(tag), comm.handle,
        &request->handle);
}

static inline int farm_mpi_iprobe(int from, int tag, farm_comm comm, int *is_there, farm_status *status) {
    MPI_Status found;
    int code = MPI_Iprobe(farm_mpi_source(from), farm_mpi_tag(tag), comm.handle, is_there, &found);
    if (code == MPI_SUCCESS && *is_there) *status = farm_mpi_status(&found);
    return code;
}

/// As `farm_mpi_iprobe`; the message is nobody else's then.
static inline int farm_mpi_improbe(
    int from, int tag, farm_comm comm, int *is_there, farm_message *message, farm_status *status) {
    MPI_Status found;
    int code =
        MPI_Improbe(farm_mpi_source(from), farm_mpi_tag(tag), comm.handle, is_there, &message->handle, &found);
    if (code == MPI_SUCCESS && *is_there) *status = farm_mpi_status(&found);
    return code;
}

static inline int farm_mpi_imrecv(
    void *values, int count, int type, farm_message *message, farm_request *request) {
    return MPI_Imrecv(values, count, farm_mpi_type(type), &message->handle, &request->handle);
}

/* Collective operations; where `in_place` is not 0, what is received into holds the rank's own part. */

static inline int farm_mpi_ibarrier(farm_comm comm, farm_request *request) {
    return MPI_Ibarrier(comm.handle, &request->handle);
}

static inline int farm_mpi_ibcast(
    void *values, int count, int type, int root, farm_comm comm, farm_request *request) {
    return MPI_Ibcast(values, count, farm_mpi_type(type), root, comm.handle, &request->handle);
}

static inline int farm_mpi_ireduce(
    const void *values, void *result, int in_place, int count, int type, int operation, int root,
    farm_comm comm, farm_request *request) {
    return MPI_Ireduce(
        in_place ? MPI_IN_PLACE : values, result, count, farm_mpi_type(type), farm_mpi_operation(operation),
        root, comm.handle, &request->handle);
}

static inline int farm_mpi_iallreduce(
    const void *values, void *result, int in_place, int count, int type, int operation, farm_comm comm,
    farm_request *request) {
    return MPI_Iallreduce(
        in_place ? MPI_IN_PLACE : values, result, count, farm_mpi_type(type), farm_mpi_operation(operation),
        comm.handle, &request->handle);
}

/// Reduces `values` into `result`, on this rank alone.
static inline int farm_mpi_reduce_local(const void *values, void *result, int count, int type, int operation) {
    return MPI_Reduce_local(values, result, count, farm_mpi_type(type), farm_mpi_operation(operation));
}

static inline int farm_mpi_igather(
    const void *values, int count, void *all, int type, int root, farm_comm comm, farm_request *request) {
    MPI_Datatype kind = farm_mpi_type(type);
    return MPI_Igather(values, count, kind, all, count, kind, root, comm.handle, &request->handle);
}

static inline int farm_mpi_igatherv(
    const void *values, int count, void *all, const int32_t *counts, const int32_t *starts, int type, int root,
    farm_comm comm, farm_request *request) {
    MPI_Datatype kind = farm_mpi_type(type);
    return MPI_Igatherv(
        values, count, kind, all, (const int *)counts, (const int *)starts, kind, root, comm.handle,
        &request->handle);
}

static inline int farm_mpi_iscatter(
    const void *all, void *values, int count, int type, int root, farm_comm comm, farm_request *request) {
    MPI_Datatype kind = farm_mpi_type(type);
    return MPI_Iscatter(all, count, kind, values, count, kind, root, comm.handle, &request->handle);
}

static inline int farm_mpi_iscatterv(
    const void *all, const int32_t *counts, const int32_t *starts, void *values, int count, int type, int root,
    farm_comm comm, farm_request *request) {
    MPI_Datatype kind = farm_mpi_type(type);
    return MPI_Iscatterv(
        all, (const int *)counts, (const int *)starts, kind, values, count, kind, root, comm.handle,
        &request->handle);
}

static inline int farm_mpi_iallgather(
    const void *values, int count, void *all, int type, farm_comm comm, farm_request *request) {
    MPI_Datatype kind = farm_mpi_type(type);
    return MPI_Iallgather(values, count, kind, all, count, kind, comm.handle, &request->handle);
}

static inline int farm_mpi_iallgatherv(
    const void *values, int count, void *all, const int32_t *counts, const int32_t *starts, int type,
    farm_comm comm, farm_request *request) {
    MPI_Datatype kind = farm_mpi_type(type);
    return MPI_Iallgatherv(
        values, count, kind, all, (const int *)counts, (const int *)starts, kind, comm.handle,
        &request->handle);
}

static inline int farm_mpi_ialltoall(
    const void *values, void *result, int count, int type, farm_comm comm, farm_request *request) {
    MPI_Datatype kind = farm_mpi_type(type);
    return MPI_Ialltoall(values, count, kind, result, count, kind, comm.handle, &request->handle);
}

static inline int farm_mpi_ialltoallv(
    const void *values, const int32_t *counts, const int32_t *starts, void *result,
    const int32_t *result_counts, const int32_t *result_starts, int type, farm_comm comm,
    farm_request *request) {
    MPI_Datatype kind = farm_mpi_type(type);
    return MPI_Ialltoallv(
        values, (const int *)counts, (const int *)starts, kind, result, (const int *)result_counts,
        (const int *)result_starts, kind, comm.handle, &request->handle);
}
