/*
 * aio.h - the kernel's asynchronous I/O (libaio): requests submitted by one call and completed by
 * another.
 */
#ifndef SPAN_AIO_H
#define SPAN_AIO_H

#include "span/span.h"

#include <linux/aio_abi.h>

/* io_submit returned r: so many requests were accepted. */
void aio_submitted(struct span *s, long r, struct iocb **requests);

/* io_getevents returned r: so many are complete, and their bytes are moved. */
void aio_completed(struct span *s, long r, const struct io_event *events);

#endif
