/* What the roles of ceiling-zmq share; ceiling-zmq.c says what the program is. */
#ifndef CEILING_ZMQ_H
#define CEILING_ZMQ_H

#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { LARGEST_BATCH = 4096 };

/* What a task starts with: its client, which the controller fills in, and the client's own number for it. */
struct head {
    uint32_t client, number;
};

extern void *context;

_Noreturn void die(const char *what);

/* The result of a libzmq call; if it failed, the end of the program with the call's text. */
#define MUST(call) must((call), #call)
int must(int result, const char *call);

void *must_allocate(size_t count, size_t size);

/* By the monotonic clock. */
double seconds_now(void);

void *listen_on(const char *address);
void *connect_to(const char *address);
void set_number(void *socket, int option, int value);
int print_keys(void);

_Noreturn void run_controller(const char *clients, const char *engines, long window, long batch,
                              long body);
void run_client(const char *address, const char *measure, long tasks, long shape, long body);

#endif
