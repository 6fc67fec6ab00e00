// The thinnest C over Linux calls that Swift cannot reach by itself: missing declarations, macros and
// GNU-only names. No policy here. Unless said otherwise a call answers -1 with errno set when it fails, and
// every descriptor made here is close-on-exec.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "spawn_child.h"
#include "sqlite_connection.h"

/// A nonblocking, close-on-exec eventfd with count 0, or -1 with errno set.
int farm_eventfd(void);

/// Names the calling thread (at most 15 bytes are kept), as `top -H` and gdb show it.
void farm_set_thread_name(const char *name);

/// Blocks signals in the calling thread, so that handlers run on the threads that expect them. Not SIGCHLD:
/// ignored, as it is by default, a child's end costs nothing; blocked in the thread that started the child, it
/// would be sent on to another thread and wake that.
void farm_block_signals(void);

int farm_epoll_create(void);

/// Watches `fd` for input, level-triggered unless `edge`; `data` comes back from `farm_epoll_wait`.
int farm_epoll_add(int epoll, int fd, uint64_t data, int edge);

/// To be called before `fd` is closed: a child on its way to exec may hold a copy, which keeps the watch
/// alive.
int farm_epoll_remove(int epoll, int fd);

/// Writes the `data` of at most `limit` (and at most 64) ready descriptors; answers how many.
int farm_epoll_wait(int epoll, uint64_t *data, int limit, int timeout_ms);

/// A pipe whose read end is nonblocking; the write end is not, as children expect.
int farm_pipe(int *read_end, int *write_end);

/// An anonymous file that holds `count` bytes and stands at its start.
int farm_memory_file(const void *bytes, size_t count);

/// Opens `/dev/null` until descriptors 0, 1 and 2 are taken, so that none of ours ever lands there.
void farm_reserve_standard_descriptors(void);

int farm_pidfd_open(pid_t pid);
int farm_pidfd_signal(int pidfd, int signal);

int farm_set_child_subreaper(int on);

/// The calling process gets `signal` when the *thread* that created it ends. 0 turns it off.
int farm_set_parent_death_signal(int signal);

/// What a process used; times in nanoseconds.
typedef struct {
    uint64_t user_ns;
    uint64_t system_ns;
    int64_t max_resident_kib;
} farm_usage;

/// wait4: the pid when it was reaped, 0 when it still runs (only with `block` 0), or -1.
pid_t farm_wait(pid_t pid, int block, int *status, farm_usage *usage);

/// What this process has used so far.
int farm_self_usage(farm_usage *usage);

/// CRC-32C (Castagnoli) of the bytes, going on from `crc` (0 to begin with).
uint32_t farm_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The type of the file system that holds `path`, as statfs(2) tells it.
int64_t farm_file_system_type(const char *path);

/// The processors that the calling process may use, as a bit mask; answers the bytes written.
int farm_affinity(unsigned long *mask, size_t bytes);
