#define _GNU_SOURCE
#include "spawn_child.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The child runs in the parent's memory on a stack of its own until execve, while the calling thread stands
// still. So it may only make plain system calls, and what it writes to `plan` is how it reports.

static _Noreturn void fail(farm_spawn_plan *plan, int stage) {
    plan->failed_stage = stage;
    plan->failed_errno = errno;
    _exit(127);
}

/// A handler must not run in the child: it would work on the parent's memory. Ignored signals would be
/// inherited.
static void reset_signals(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int signal = 1; signal < 32; signal++)
        if (signal != SIGKILL && signal != SIGSTOP) sigaction(signal, &standard, NULL);
}

/// Puts `from` at `to`, and lets it pass exec.
static int place(int from, int to) {
    if (from != to) return dup2(from, to);
    return fcntl(from, F_SETFD, 0);
}

static void place_streams(farm_spawn_plan *plan) {
    int kept = 3 + plan->passed_count;
    int source[3];
    for (int i = 0; i < 3; i++) {
        farm_stream *stream = &plan->streams[i];
        source[i] = stream->descriptor;
        if (stream->descriptor == FARM_FROM_PATH) {
            // Opening a FIFO would wait for its other end, and the parent waits for us. Of a regular file the flag
            // says nothing; the program gets it without.
            source[i] = open(stream->path, stream->flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
            if (source[i] < 0) fail(plan, FARM_STAGE_STDIN + i);
            fcntl(source[i], F_SETFL, stream->flags & O_APPEND);
        }
        // A source that another stream is about to be put on is moved out of the way first.
        if (source[i] >= 0 && source[i] < kept && source[i] != i) {
            source[i] = fcntl(source[i], F_DUPFD_CLOEXEC, kept);
            if (source[i] < 0) fail(plan, FARM_STAGE_DESCRIPTORS);
        }
    }
    int passed[FARM_PASSED_LIMIT];
    for (int i = 0; i < plan->passed_count; i++) {
        passed[i] = plan->passed[i];
        if (passed[i] >= kept || passed[i] == i + 3) continue;
        passed[i] = fcntl(passed[i], F_DUPFD_CLOEXEC, kept);
        if (passed[i] < 0) fail(plan, FARM_STAGE_DESCRIPTORS);
    }
    for (int i = 0; i < 3; i++) {
        int from = source[i] == FARM_LIKE_STDOUT ? 1 : source[i];
        if (place(from, i) < 0) fail(plan, FARM_STAGE_DESCRIPTORS);
    }
    for (int i = 0; i < plan->passed_count; i++)
        if (place(passed[i], i + 3) < 0) fail(plan, FARM_STAGE_DESCRIPTORS);
    // What libraries have opened without close-on-exec must not leak. Old kernels lack it; ours are all set
    // anyway.
    syscall(SYS_close_range, (unsigned)kept, ~0u, 4 /* CLOSE_RANGE_CLOEXEC */);
}

static int child(void *argument) {
    farm_spawn_plan *plan = argument;
    __atomic_store_n(plan->newborn, (int)getpid(), __ATOMIC_SEQ_CST);
    reset_signals();
    if (plan->new_session && setsid() < 0) fail(plan, FARM_STAGE_SESSION);
    if (plan->directory && chdir(plan->directory) != 0) fail(plan, FARM_STAGE_DIRECTORY);
    place_streams(plan);
    if (plan->affinity && syscall(SYS_sched_setaffinity, 0, plan->affinity_bytes, plan->affinity) != 0)
        fail(plan, FARM_STAGE_AFFINITY);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    // As execvp: absent ones are passed over, one that may not be run is remembered, anything else ends the
    // search.
    int denied = -1;
    for (int i = 0; plan->candidates[i]; i++) {
        plan->failed_candidate = i;
        execve(plan->candidates[i], plan->arguments, plan->environment);
        if (errno == EACCES && denied < 0) denied = i;
        if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) fail(plan, FARM_STAGE_EXEC);
    }
    if (denied >= 0) plan->failed_candidate = denied;
    errno = denied >= 0 ? EACCES : ENOENT;
    fail(plan, FARM_STAGE_EXEC);
}

pid_t farm_newborn(const int *newborn) { return __atomic_load_n(newborn, __ATOMIC_SEQ_CST); }

pid_t farm_spawn(farm_spawn_plan *plan, void *stack, size_t stack_bytes) {
    plan->pidfd = -1;
    plan->failed_stage = FARM_STAGE_NONE;
    plan->failed_errno = 0;
    plan->failed_candidate = 0;

    // Left unblocked where it is ignored: blocked, another child's end would wake some other thread of ours.
    struct sigaction child_ended;
    sigset_t all, before;
    sigfillset(&all);
    if (sigaction(SIGCHLD, NULL, &child_ended) == 0 && child_ended.sa_handler == SIG_DFL)
        sigdelset(&all, SIGCHLD);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    char *top = (char *)((uintptr_t)((char *)stack + stack_bytes) & ~(uintptr_t)63);
    pid_t pid = clone(child, top, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, plan, &plan->pidfd);
    int clone_errno = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);

    if (pid < 0) {
        plan->failed_stage = FARM_STAGE_CLONE;
        plan->failed_errno = clone_errno;
        return -1;
    }
    if (*(volatile int *)&plan->failed_stage == FARM_STAGE_NONE) return pid;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    close(plan->pidfd);
    plan->pidfd = -1;
    return -1;
}
