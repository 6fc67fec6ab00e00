/* The controller of ceiling-zmq: takes tasks and results, and places each task. */
#include "ceiling-zmq.h"
#include <sys/resource.h>

enum { MOST_PEERS = 64, MESSAGES_A_TURN = 256, ROUTING_ID = 8 };

static bool says(zmq_msg_t *message, const char *word) {
    return zmq_msg_size(message) == strlen(word) && !memcmp(zmq_msg_data(message), word, strlen(word));
}

/* A connection and the batch that is being filled for it. */
struct peer {
    uint8_t id[ROUTING_ID];
    int id_length;
    long holding; /* engines: tasks sent and not yet back */
    long filled;
    char *batch;
};

/* One listening socket with all who came to it. */
struct side {
    void *socket;
    int count;
    struct peer peers[MOST_PEERS];
};

/* Tasks that no engine has room for yet, in a ring of 2^n: whole messages (BATCH 1), or the bytes of each. */
struct queue {
    size_t capacity, first, count;
    size_t size; /* of one element */
    char *bytes;
};

struct controller {
    struct side clients, engines;
    struct queue queue;
    long window, batch, done;
    size_t task; /* bytes of a task in a batch */
};

static struct peer *peer_of(struct side *side, const uint8_t *id, int length) {
    for (int i = 0; i < side->count; i++) {
        struct peer *known = &side->peers[i];
        if (known->id_length == length && !memcmp(known->id, id, (size_t)length)) return known;
    }
    if (side->count == MOST_PEERS) {
        fprintf(stderr, "ceiling-zmq: more than %d peers\n", MOST_PEERS);
        exit(1);
    }
    struct peer *peer = &side->peers[side->count++];
    memcpy(peer->id, id, (size_t)length);
    peer->id_length = length;
    return peer;
}

/* Takes one message and who sent it, or returns null when there is none. */
static struct peer *receive(struct side *side, zmq_msg_t *message) {
    uint8_t id[ROUTING_ID];
    int length = zmq_recv(side->socket, id, sizeof id, ZMQ_DONTWAIT);
    if (length < 0) {
        if (errno == EAGAIN) return NULL;
        die("zmq_recv");
    }
    zmq_msg_init(message);
    MUST(zmq_msg_recv(message, side->socket, 0));
    return peer_of(side, id, length);
}

static void send_message(struct side *side, struct peer *peer, zmq_msg_t *message) {
    MUST(zmq_send(side->socket, peer->id, (size_t)peer->id_length, ZMQ_SNDMORE));
    MUST(zmq_msg_send(message, side->socket, 0));
}

static void send_batch(struct controller *c, struct side *side, struct peer *peer) {
    if (!peer->filled) return;
    MUST(zmq_send(side->socket, peer->id, (size_t)peer->id_length, ZMQ_SNDMORE));
    MUST(zmq_send(side->socket, peer->batch, (size_t)peer->filled * c->task, 0));
    peer->filled = 0;
}

static void add_to_batch(struct controller *c, struct side *side, struct peer *peer, const char *task) {
    if (!peer->batch) peer->batch = must_allocate((size_t)c->batch, c->task);
    memcpy(peer->batch + (size_t)peer->filled++ * c->task, task, c->task);
    if (peer->filled == c->batch) send_batch(c, side, peer);
}

static void send_batches(struct controller *c, struct side *side) {
    for (int i = 0; i < side->count; i++) send_batch(c, side, &side->peers[i]);
}

/* Doubles the ring until `more` fit. A queued message is moved as bytes: libzmq keeps no pointer to it. */
static void make_room(struct queue *queue, size_t more) {
    size_t capacity = queue->capacity, size = queue->size;
    if (queue->count + more <= capacity) return;
    while (queue->count + more > capacity) capacity *= 2;
    char *bytes = must_allocate(capacity, size);
    size_t tail = queue->capacity - queue->first, unwrapped = queue->count < tail ? queue->count : tail;
    memcpy(bytes, queue->bytes + queue->first * size, unwrapped * size);
    memcpy(bytes + unwrapped * size, queue->bytes, (queue->count - unwrapped) * size);
    free(queue->bytes);
    queue->bytes = bytes;
    queue->first = 0;
    queue->capacity = capacity;
}

/* The element so many places behind the first. */
static char *element(const struct queue *queue, size_t index) {
    return queue->bytes + ((queue->first + index) & (queue->capacity - 1)) * queue->size;
}

/* The client that a task or result came from, by its head. */
static struct peer *client_of(struct controller *c, const char *task) {
    struct head head;
    memcpy(&head, task, sizeof head);
    return &c->clients.peers[head.client];
}

/* Sends on the results that have come, a bounded number of messages; true if there were any. */
static bool take_results(struct controller *c) {
    zmq_msg_t message;
    struct peer *engine;
    int taken = 0;
    for (; taken < MESSAGES_A_TURN && (engine = receive(&c->engines, &message)); taken++) {
        if (says(&message, "READY")) {
            zmq_msg_close(&message);
        } else if (c->batch == 1) {
            struct peer *client = client_of(c, zmq_msg_data(&message));
            engine->holding--;
            c->done++;
            send_message(&c->clients, client, &message);
        } else {
            const char *bytes = zmq_msg_data(&message);
            long count = (long)(zmq_msg_size(&message) / c->task);
            engine->holding -= count;
            c->done += count;
            for (long i = 0; i < count; i++, bytes += c->task)
                add_to_batch(c, &c->clients, client_of(c, bytes), bytes);
            zmq_msg_close(&message);
        }
    }
    if (c->batch > 1) send_batches(c, &c->clients);
    return taken;
}

static void print_use(const struct controller *c) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    double cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec);
    cpu += (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6;
    printf("{\"role\": \"controller\", \"tasks\": %ld, \"cpu_seconds\": %.4f, ", c->done, cpu);
    printf("\"cpu_us_per_task\": %.3f, ", c->done ? cpu * 1e6 / (double)c->done : 0);
    printf("\"peak_kib\": %ld}\n", use.ru_maxrss);
    fflush(stdout);
}

/* Puts the tasks that have come into the queue, a bounded number of messages; true if there were any. */
static bool take_tasks(struct controller *c) {
    struct queue *queue = &c->queue;
    zmq_msg_t message;
    struct peer *client;
    int taken = 0;
    for (; taken < MESSAGES_A_TURN && (client = receive(&c->clients, &message)); taken++) {
        uint32_t index = (uint32_t)(client - c->clients.peers);
        if (says(&message, "PING")) {
            send_message(&c->clients, client, &message);
        } else if (says(&message, "STOP")) {
            print_use(c);
            exit(0);
        } else if (c->batch == 1) {
            make_room(queue, 1);
            memcpy(zmq_msg_data(&message), &index, sizeof index);
            memcpy(element(queue, queue->count++), &message, sizeof message);
        } else {
            const char *bytes = zmq_msg_data(&message);
            size_t count = zmq_msg_size(&message) / c->task;
            make_room(queue, count);
            for (size_t i = 0; i < count; i++) {
                char *to = element(queue, queue->count++);
                memcpy(to, bytes + i * c->task, c->task);
                memcpy(to, &index, sizeof index);
            }
            zmq_msg_close(&message);
        }
    }
    return taken;
}

/* The engine that holds least and has room, or null. */
static struct peer *least_loaded(struct controller *c) {
    struct peer *best = NULL;
    for (int i = 0; i < c->engines.count; i++) {
        struct peer *engine = &c->engines.peers[i];
        if (engine->holding < c->window && (!best || engine->holding < best->holding)) best = engine;
    }
    return best;
}

static void place_tasks(struct controller *c) {
    struct queue *queue = &c->queue;
    struct peer *engine;
    for (; queue->count && (engine = least_loaded(c)); queue->count--) {
        engine->holding++;
        char *task = element(queue, 0);
        if (c->batch == 1) send_message(&c->engines, engine, (zmq_msg_t *)task);
        else add_to_batch(c, &c->engines, engine, task);
        queue->first = (queue->first + 1) & (queue->capacity - 1);
    }
    if (c->batch > 1) send_batches(c, &c->engines);
}

void run_controller(const char *clients, const char *engines, long window, long batch, long body) {
    static struct controller c;
    c.window = window;
    c.batch = batch;
    c.task = sizeof(struct head) + (size_t)body;
    c.clients.socket = listen_on(clients);
    c.engines.socket = listen_on(engines);
    c.queue.capacity = 1024;
    c.queue.size = batch == 1 ? sizeof(zmq_msg_t) : c.task;
    c.queue.bytes = must_allocate(c.queue.capacity, c.queue.size);
    zmq_pollitem_t polls[] = {{c.clients.socket, 0, ZMQ_POLLIN, 0}, {c.engines.socket, 0, ZMQ_POLLIN, 0}};
    for (;;) {
        bool results = take_results(&c), tasks = take_tasks(&c);
        place_tasks(&c);
        if (!results && !tasks && zmq_poll(polls, 2, -1) < 0 && errno != EINTR) die("zmq_poll");
    }
}
