/*
 * signals.c - whether SIGSYS has its handler, so that no thread may hold it.
 */
#include "region/signals.h"

bool signals_caught;
