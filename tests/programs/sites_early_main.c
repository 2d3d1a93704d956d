/*
 * sites_early_main.c - a program whose library has threads at work before any constructor of a
 * preloaded library runs.
 */
#include "must.h"

long wait_for_the_threads(void);

int main(void)
{
	gives(wait_for_the_threads() > 100, 1);
	puts("unharmed");
	return 0;
}
