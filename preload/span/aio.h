/*
 * aio.h - the kernel's asynchronous I/O (libaio): requests submitted by one call and completed by
 * another.
 */
#ifndef SPAN_AIO_H
#define SPAN_AIO_H

#include "span/span.h"

#include <linux/aio_abi.h>

/* Before io_submit of n requests, and when it has returned r: so many were accepted. */
void aio_submitting(struct iocb **requests, long n);
void aio_submitted(struct span *s, long r, struct iocb **requests, long n);

/* io_getevents returned r: so many are complete, and their bytes are moved. */
void aio_completed(struct span *s, long r, const struct io_event *events);

#endif
