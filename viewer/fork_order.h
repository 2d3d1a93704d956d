/*
 * fork_order.h - who copied what forks had left shared, and who was the last and went on with it.
 */
#ifndef VIEWER_FORK_ORDER_H
#define VIEWER_FORK_ORDER_H

#include "model.h"

/*
 * Orders by time what the processes of a trace did to pages that they shared.
 * What one of them copied at most is lowered, in its runs and all sums over
 * them, where it is seen to have been the last; where two did it at the same
 * time an interval stays. May be done again when more processes are known.
 */
void trace_order_forks(struct trace *trace);

#endif
