/*
 * counter.c - libcounter.so: data of each kind that a library can have, and no code.
 */
#include "counter.h"

#define OWN_PAGES __attribute__((aligned(PAGE)))
#define ADDRESSES (4 * PAGE / sizeof(void *))

OWN_PAGES struct part data = {.counter = 1};
OWN_PAGES struct part zeros;
OWN_PAGES const struct part constants = {.counter = 1};

/* In .data.rel.ro: the loader writes each, since it alone knows where the library is. */
OWN_PAGES const char *const addresses[ADDRESSES] = {[0 ... ADDRESSES - 1] = "somewhere"};
