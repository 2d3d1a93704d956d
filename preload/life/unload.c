/*
 * unload.c - dlclose: the same addresses may be another library's next.
 */
#include "span/modules.h"
#include "wrap/wrapper.h"

REAL(int, dlclose, (void *handle), (handle))

int wrap_dlclose(void *handle);

static void unloaded(struct span *s, int r)
{
	plain(s, r ? -1 : 0);
	/* Only where modules are known at all, that is where there are stacks. */
	if (live.region->modules.count > 0)
		modules_refresh();
}

int wrap_dlclose(void *handle)
{
	WRAPPED(dlclose, int, real_dlclose(handle), NO_OBJECT, unloaded(s, r));
}
