#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

int farm_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void farm_set_thread_name(const char *name) {
    char kept[16] = {0};
    strncpy(kept, name, sizeof kept - 1);
    pthread_setname_np(pthread_self(), kept);
}

void farm_block_signals(void) {
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGCHLD);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
}

int farm_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int farm_epoll_add(int epoll, int fd, uint64_t data, int edge) {
    struct epoll_event event = {.events = EPOLLIN | (edge ? EPOLLET : 0u), .data.u64 = data};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int farm_epoll_remove(int epoll, int fd) { return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); }

int farm_epoll_wait(int epoll, uint64_t *data, int limit, int timeout_ms) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, limit < 64 ? limit : 64, timeout_ms);
    for (int i = 0; i < count; i++) data[i] = events[i].data.u64;
    return count;
}

int farm_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    fcntl(ends[0], F_SETFL, O_RDONLY | O_NONBLOCK);
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

int farm_memory_file(const void *bytes, size_t count) {
    int file = memfd_create("stdin", MFD_CLOEXEC);
    if (file < 0) return -1;
    size_t done = 0;
    while (done < count) {
        ssize_t wrote = pwrite(file, (const char *)bytes + done, count - done, (off_t)done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) {
            int why = wrote == 0 ? ENOSPC : errno;
            close(file);
            errno = why;
            return -1;
        }
        done += (size_t)wrote;
    }
    return file;
}

void farm_reserve_standard_descriptors(void) {
    int fd;
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= 2) continue;
    if (fd > 2) close(fd);
}

int farm_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int farm_pidfd_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int farm_set_child_subreaper(int on) { return prctl(PR_SET_CHILD_SUBREAPER, on, 0, 0, 0); }

int farm_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

static void convert(const struct rusage *from, farm_usage *to) {
    to->user_ns = (uint64_t)from->ru_utime.tv_sec * 1000000000u + (uint64_t)from->ru_utime.tv_usec * 1000u;
    to->system_ns = (uint64_t)from->ru_stime.tv_sec * 1000000000u + (uint64_t)from->ru_stime.tv_usec * 1000u;
    to->max_resident_kib = from->ru_maxrss;
}

pid_t farm_wait(pid_t pid, int block, int *status, farm_usage *usage) {
    struct rusage used;
    pid_t reaped;
    do reaped = wait4(pid, status, block ? 0 : WNOHANG, &used);
    while (reaped < 0 && errno == EINTR);
    if (reaped > 0) convert(&used, usage);
    return reaped;
}

int farm_self_usage(farm_usage *usage) {
    struct rusage used;
    if (getrusage(RUSAGE_SELF, &used) != 0) return -1;
    convert(&used, usage);
    return 0;
}

int farm_affinity(unsigned long *mask, size_t bytes) {
    return (int)syscall(SYS_sched_getaffinity, 0, bytes, mask);
}

int64_t farm_file_system_type(const char *path) {
    struct statfs found;
    return statfs(path, &found) == 0 ? (int64_t)(uint32_t)found.f_type : -1;
}
