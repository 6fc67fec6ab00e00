/* The client of ceiling-zmq: sends tasks, checks that each result comes once, and measures. */
#include "ceiling-zmq.h"
#include <unistd.h>

struct client {
    void *socket;
    long tasks, per_message, sent, received;
    size_t body, size; /* bytes of a task's body, and of all of it */
    char *seen;        /* by number: each result must come exactly once */
    double *times;     /* latency: when each was sent, then its round trip */
};

/* Takes one message of results and checks each; false if none has come (with `flags` ZMQ_DONTWAIT). */
static bool receive_results(struct client *client, int flags) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    if (zmq_msg_recv(&message, client->socket, flags) < 0) {
        if (errno == EAGAIN) return false;
        die("zmq_msg_recv");
    }
    size_t count = zmq_msg_size(&message) / client->size;
    const char *bytes = zmq_msg_data(&message);
    for (size_t i = 0; i < count; i++) {
        struct head head;
        memcpy(&head, bytes + i * client->size, sizeof head);
        if (head.number >= client->tasks || client->seen[head.number]) {
            fprintf(stderr, "ceiling-zmq: the result of task %u is unknown or came twice\n", head.number);
            exit(1);
        }
        client->seen[head.number] = 1;
    }
    client->received += (long)count;
    zmq_msg_close(&message);
    return true;
}

/* Waits until the controller has taken all that was sent before. */
static void ping(struct client *client) {
    char answer[8];
    MUST(zmq_send(client->socket, "PING", 4, 0));
    MUST(zmq_recv(client->socket, answer, sizeof answer, 0));
}

/* Sends all tasks, taking results now and then so that they do not pile up. */
static void send_all(struct client *client, bool take_results) {
    char *message = must_allocate((size_t)client->per_message, client->size);
    for (long messages = 1; client->sent < client->tasks; messages++) {
        long left = client->tasks - client->sent;
        long count = left < client->per_message ? left : client->per_message;
        for (long i = 0; i < count; i++) {
            struct head head = {0, (uint32_t)(client->sent + i)};
            memcpy(message + (size_t)i * client->size, &head, sizeof head);
        }
        MUST(zmq_send(client->socket, message, (size_t)count * client->size, 0));
        client->sent += count;
        if (take_results && messages % 8 == 0)
            while (receive_results(client, ZMQ_DONTWAIT)) {}
    }
    free(message);
}

static void print_measure(const struct client *client, const char *name) {
    printf("{\"measure\": \"%s\", \"tasks\": %ld, \"body\": %zu", name, client->tasks, client->body);
}

/* There and back, for one task that took `seconds`. */
static void print_megabytes(const struct client *client, double seconds) {
    printf(", \"megabytes_per_second\": %.1f", 2.0 * (double)client->body / seconds / 1e6);
}

static void print_rate(const struct client *client, double seconds) {
    printf(", \"seconds\": %.6f, \"per_second\": %.1f}\n", seconds, (double)client->tasks / seconds);
}

static void flood(struct client *client) {
    double from = seconds_now();
    send_all(client, true);
    double sent = seconds_now();
    while (client->received < client->tasks) receive_results(client, 0);
    double took = seconds_now() - from;
    print_measure(client, "flood");
    printf(", \"batch\": %ld, \"submit_seconds\": %.6f", client->per_message, sent - from);
    print_rate(client, took);
}

static void accept_only(struct client *client) {
    double from = seconds_now();
    send_all(client, false);
    ping(client);
    double took = seconds_now() - from;
    set_number(client->socket, ZMQ_LINGER, 0);
    print_measure(client, "accept");
    printf(", \"batch\": %ld", client->per_message);
    print_rate(client, took);
}

/* Sends task after task with at most `limit` on the way. Returns the seconds that all took. */
static double fly(struct client *client, long limit) {
    char *filling = must_allocate(1, client->size);
    memset(filling, 7, client->size);
    double from = seconds_now();
    while (client->received < client->tasks) {
        while (client->sent < client->tasks && client->sent - client->received < limit) {
            struct head head = {0, (uint32_t)client->sent};
            client->times[client->sent++] = seconds_now();
            zmq_msg_t message;
            MUST(zmq_msg_init_size(&message, client->size));
            memcpy(zmq_msg_data(&message), filling, client->size);
            memcpy(zmq_msg_data(&message), &head, sizeof head);
            MUST(zmq_msg_send(&message, client->socket, 0));
        }
        receive_results(client, 0);
        /* Exact one by one; with more on the way results may come in another order: nobody reads these. */
        client->times[client->received - 1] = seconds_now() - client->times[client->received - 1];
    }
    free(filling);
    return seconds_now() - from;
}

static void flights(struct client *client, long limit) {
    double took = fly(client, limit);
    print_measure(client, "flights");
    printf(", \"limit\": %ld", limit);
    print_megabytes(client, took / (double)client->tasks);
    print_rate(client, took);
}

static int by_size(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void latency(struct client *client) {
    double took = fly(client, 1), *times = client->times;
    qsort(times, (size_t)client->tasks, sizeof *times, by_size);
    double median = times[client->tasks / 2];
    print_measure(client, "latency");
    printf(", \"p50_us\": %.1f, \"p99_us\": %.1f, ", median * 1e6, times[client->tasks * 99 / 100] * 1e6);
    printf("\"least_us\": %.1f", times[0] * 1e6);
    print_megabytes(client, median);
    print_rate(client, took);
}

void run_client(const char *address, const char *measure, long tasks, long shape, long body) {
    struct client client = {.socket = connect_to(address), .tasks = tasks, .per_message = shape};
    client.body = (size_t)body;
    if (!strcmp(measure, "stop")) {
        MUST(zmq_send(client.socket, "STOP", 4, 0));
    } else {
        client.size = sizeof(struct head) + client.body;
        client.seen = must_allocate((size_t)tasks, 1);
        client.times = must_allocate((size_t)tasks, sizeof *client.times);
        ping(&client);
        usleep(100000); /* lets what the start of the processes stirred up settle */
        if (!strcmp(measure, "flood")) flood(&client);
        else if (!strcmp(measure, "accept")) accept_only(&client);
        else if (!strcmp(measure, "flights")) flights(&client, shape);
        else latency(&client);
        fflush(stdout);
    }
    free(client.seen);
    free(client.times);
    zmq_close(client.socket);
    zmq_ctx_term(context);
}
