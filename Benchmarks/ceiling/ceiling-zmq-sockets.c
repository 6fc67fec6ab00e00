/* Sockets, keys and the few helpers that all roles of ceiling-zmq use. */
#include "ceiling-zmq.h"

enum { KEY_TEXT = 41 };

void *context;

void die(const char *what) {
    fprintf(stderr, "ceiling-zmq: %s: %s\n", what, zmq_strerror(errno));
    exit(1);
}

int must(int result, const char *call) {
    if (result < 0) die(call);
    return result;
}

void *must_allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory) die("calloc");
    return memory;
}

double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct keys {
    char server_public[KEY_TEXT], server_secret[KEY_TEXT], client_public[KEY_TEXT], client_secret[KEY_TEXT];
};

int print_keys(void) {
    for (int pair = 0; pair < 2; pair++) {
        char public[KEY_TEXT], secret[KEY_TEXT];
        MUST(zmq_curve_keypair(public, secret));
        printf("%s\n%s\n", public, secret);
    }
    return 0;
}

static struct keys read_keys(const char *path) {
    struct keys keys;
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%40s %40s %40s %40s", keys.server_public, keys.server_secret,
                        keys.client_public, keys.client_secret) != 4) {
        fprintf(stderr, "ceiling-zmq: CEILING_KEYS: %s: not a file that `ceiling-zmq keys` printed\n", path);
        exit(2);
    }
    fclose(file);
    return keys;
}

void set_number(void *socket, int option, int value) {
    MUST(zmq_setsockopt(socket, option, &value, sizeof value));
}

static void set_key(void *socket, int option, const char *text) {
    MUST(zmq_setsockopt(socket, option, text, KEY_TEXT - 1));
}

/* A socket without high-water marks: the window bounds what is on the way, and a benchmark may use memory. */
static void *open_socket(int type) {
    void *socket = zmq_socket(context, type);
    if (!socket) die("zmq_socket");
    set_number(socket, ZMQ_SNDHWM, 0);
    set_number(socket, ZMQ_RCVHWM, 0);
    set_number(socket, ZMQ_LINGER, 2000);
    const char *path = getenv("CEILING_KEYS");
    if (path && *path) {
        struct keys keys = read_keys(path);
        if (type == ZMQ_ROUTER) {
            set_number(socket, ZMQ_CURVE_SERVER, 1);
            set_key(socket, ZMQ_CURVE_SECRETKEY, keys.server_secret);
        } else {
            set_key(socket, ZMQ_CURVE_SERVERKEY, keys.server_public);
            set_key(socket, ZMQ_CURVE_PUBLICKEY, keys.client_public);
            set_key(socket, ZMQ_CURVE_SECRETKEY, keys.client_secret);
        }
    }
    return socket;
}

void *listen_on(const char *address) {
    void *socket = open_socket(ZMQ_ROUTER);
    if (zmq_bind(socket, address)) die(address);
    return socket;
}

void *connect_to(const char *address) {
    void *socket = open_socket(ZMQ_DEALER);
    if (zmq_connect(socket, address)) die(address);
    return socket;
}
