/* ceiling-spawn: how fast this machine starts and reaps programs, which no farm of command tasks can beat.
 *
 *   ceiling-spawn METHOD OUTPUT COUNT AT-ONCE PROGRAM [ARGUMENT...]
 *
 * METHOD is posix_spawn, vfork or fork. OUTPUT is inherit (the program writes where we do) or capture
 * (standard output and standard error each go through a pipe of the program's own, read to its end). Runs
 * PROGRAM (a path) COUNT times with at most AT-ONCE alive, and prints one line of JSON. Exit code 1 if one
 * could not be started or failed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum method { POSIX_SPAWN, VFORK, FORK };
static const char *const method_names[] = {"posix_spawn", "vfork", "fork"};

/* One program that is alive. Its pipes are -1 where there is none or it has been read to the end. */
struct child {
    pid_t pid;
    int out, err;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double cpu_seconds(int who) {
    struct rusage use;
    getrusage(who, &use);
    double whole = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec);
    return whole + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6;
}

/* Starts a program; `out` and `err` are the ends it writes to, or -1 to leave its streams alone. */
static pid_t start(enum method method, char **argv, int out, int err) {
    pid_t pid;
    if (method == POSIX_SPAWN) {
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        if (out >= 0) {
            posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
            posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
        }
        errno = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
        if (errno) die(argv[0]);
        posix_spawn_file_actions_destroy(&actions);
        return pid;
    }
    pid = method == VFORK ? vfork() : fork();
    if (pid < 0) die(method_names[method]);
    if (pid == 0) {
        if (out >= 0 && (dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)) _exit(127);
        execve(argv[0], argv, environ);
        _exit(127);
    }
    return pid;
}

static struct child start_captured(enum method method, char **argv) {
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) die("pipe2");
    struct child child = {start(method, argv, out[1], err[1]), out[0], err[0]};
    close(out[1]);
    close(err[1]);
    return child;
}

/* Reads what has come; at the end closes the pipe and sets it to -1. */
static void drain(int *pipe) {
    char bytes[65536];
    ssize_t got = read(*pipe, bytes, sizeof bytes);
    if (got < 0 && errno != EINTR) die("read");
    if (got == 0) {
        close(*pipe);
        *pipe = -1;
    }
}

/* Runs them all with their output left alone: each that ends makes room for one. Returns how many failed. */
static long run_inheriting(enum method method, long count, long at_once, char **argv) {
    long started = 0, ended = 0, failed = 0;
    while (ended < count) {
        for (; started < count && started - ended < at_once; started++) start(method, argv, -1, -1);
        int status;
        if (wait(&status) < 0) die("wait");
        ended++;
        failed += status != 0;
    }
    return failed;
}

/* Runs them all with both streams captured: one has ended when both its pipes have and it is reaped. */
static long run_capturing(enum method method, long count, long at_once, char **argv) {
    struct child *alive = calloc((size_t)at_once, sizeof *alive);
    struct pollfd *polls = calloc((size_t)at_once * 2, sizeof *polls);
    if (!alive || !polls) die("calloc");
    long started = 0, ended = 0, failed = 0, running = 0;
    while (ended < count) {
        for (; started < count && running < at_once; started++)
            alive[running++] = start_captured(method, argv);
        for (long i = 0; i < running; i++) {
            polls[2 * i] = (struct pollfd){.fd = alive[i].out, .events = POLLIN};
            polls[2 * i + 1] = (struct pollfd){.fd = alive[i].err, .events = POLLIN};
        }
        if (poll(polls, (nfds_t)running * 2, -1) < 0 && errno != EINTR) die("poll");
        for (long i = 0; i < running; i++) {
            if (polls[2 * i].revents) drain(&alive[i].out);
            if (polls[2 * i + 1].revents) drain(&alive[i].err);
        }
        for (long i = running - 1; i >= 0; i--) {
            if (alive[i].out >= 0 || alive[i].err >= 0) continue;
            int status;
            if (waitpid(alive[i].pid, &status, 0) < 0) die("waitpid");
            ended++;
            failed += status != 0;
            alive[i] = alive[--running];
        }
    }
    free(alive);
    free(polls);
    return failed;
}

int main(int argc, char **argv) {
    int method = 0;
    while (argc > 5 && method < 3 && strcmp(argv[1], method_names[method])) method++;
    int capture = argc > 5 && !strcmp(argv[2], "capture");
    long count = argc > 5 ? atol(argv[3]) : 0, at_once = argc > 5 ? atol(argv[4]) : 0;
    if (argc < 6 || method == 3 || (!capture && strcmp(argv[2], "inherit")) || count < 1 || at_once < 1) {
        fprintf(stderr, "usage: ceiling-spawn posix_spawn|vfork|fork inherit|capture COUNT AT-ONCE PROGRAM "
                        "[ARGUMENT...]\n");
        return 2;
    }
    double from = seconds_now();
    long failed = (capture ? run_capturing : run_inheriting)((enum method)method, count, at_once, argv + 5);
    double took = seconds_now() - from;
    printf("{\"measure\": \"spawn\", \"method\": \"%s\", ", method_names[method]);
    printf("\"output\": \"%s\", ", argv[2]);
    printf("\"count\": %ld, \"at_once\": %ld, \"failed\": %ld, ", count, at_once, failed);
    printf("\"seconds\": %.4f, \"per_second\": %.1f, ", took, (double)count / took);
    printf("\"own_cpu_seconds\": %.3f, ", cpu_seconds(RUSAGE_SELF));
    printf("\"children_cpu_seconds\": %.3f}\n", cpu_seconds(RUSAGE_CHILDREN));
    return failed != 0;
}
