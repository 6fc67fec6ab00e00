/* ceiling-zmq: how fast libzmq itself can carry tasks through a controller on this machine. It does the four
 * hops of a task (client -> controller -> engine -> controller -> client), places each task on the least
 * loaded engine that has room, and does nothing else: no ids, ledger, policy or work.
 *
 *   ceiling-zmq keys                                   prints a key file for CEILING_KEYS
 *   ceiling-zmq controller CLIENT-ADDRESS ENGINE-ADDRESS WINDOW BATCH BODY
 *   ceiling-zmq engine ENGINE-ADDRESS                  sends back what it gets, until killed
 *   ceiling-zmq client CLIENT-ADDRESS MEASURE
 *     flood TASKS BATCH BODY       all at once: tasks a second
 *     accept TASKS BATCH BODY      until the controller has them all; the results are not waited for
 *     flights TASKS LIMIT BODY     at most LIMIT on the way (a controller of BATCH 1)
 *     latency TASKS 1 BODY         one by one: round trips (a controller of BATCH 1)
 *     stop                         the controller prints its CPU time and ends
 *
 * A task is two 4-byte numbers and BODY bytes. With BATCH 1 a message is one task. With more, a message is up
 * to BATCH tasks back to back, and the controller still takes each out and places it by itself. WINDOW is how
 * many tasks an engine may hold. CURVE is on when CEILING_KEYS names a key file. */
#include "ceiling-zmq.h"

_Noreturn static void run_engine(const char *address) {
    void *socket = connect_to(address);
    MUST(zmq_send(socket, "READY", 5, 0));
    for (;;) {
        zmq_msg_t message;
        zmq_msg_init(&message);
        MUST(zmq_msg_recv(&message, socket, 0));
        MUST(zmq_msg_send(&message, socket, 0));
    }
}

static int usage(void) {
    fprintf(stderr, "usage: ceiling-zmq keys\n"
                    "       ceiling-zmq controller CLIENT-ADDRESS ENGINE-ADDRESS WINDOW BATCH BODY\n"
                    "       ceiling-zmq engine ENGINE-ADDRESS\n"
                    "       ceiling-zmq client CLIENT-ADDRESS flood|accept TASKS BATCH BODY\n"
                    "       ceiling-zmq client CLIENT-ADDRESS flights TASKS LIMIT BODY\n"
                    "       ceiling-zmq client CLIENT-ADDRESS latency TASKS 1 BODY\n"
                    "       ceiling-zmq client CLIENT-ADDRESS stop\n");
    return 2;
}

int main(int argc, char **argv) {
    const char *role = argc > 1 ? argv[1] : "";
    if (argc == 2 && !strcmp(role, "keys")) return print_keys();
    context = zmq_ctx_new();
    if (!context) die("zmq_ctx_new");
    if (argc == 3 && !strcmp(role, "engine")) run_engine(argv[2]);
    if (argc == 7 && !strcmp(role, "controller")) {
        long window = atol(argv[4]), batch = atol(argv[5]), body = atol(argv[6]);
        if (window < 1 || batch < 1 || batch > LARGEST_BATCH || body < 0) return usage();
        run_controller(argv[2], argv[3], window, batch, body);
    }
    if (argc == 4 && !strcmp(role, "client") && !strcmp(argv[3], "stop")) {
        run_client(argv[2], argv[3], 0, 0, 0);
        return 0;
    }
    if (argc == 7 && !strcmp(role, "client")) {
        const char *const known[] = {"flood", "accept", "flights", "latency"};
        long tasks = atol(argv[4]), shape = atol(argv[5]), body = atol(argv[6]);
        for (int i = 0; i < 4; i++) {
            if (strcmp(argv[3], known[i]) || tasks < 1 || shape < 1 || body < 0) continue;
            run_client(argv[2], argv[3], tasks, shape, body);
            return 0;
        }
    }
    return usage();
}
