/*
 * object.c - what stands behind a descriptor: remembered by descriptor, interned by kind and name.
 */
#include "span/object.h"

#include "abi/counter.h"
#include "abi/raw.h"
#include "region/thread.h"
#include "span/identify.h"
#include "span/intern.h"

#include <string.h>
#include <sys/mman.h>

#define OBJECT_SLOTS 32768
#define ID_SLOTS     64

/* In place of a reference: not yet found out, but known to have come from accept(). */
#define ACCEPTED OBJECT_REF(0, KIND_SOCKET)

object_ref *descriptor_object;

static struct intern objects;

/* The last objects that had an id; a slot is replaced whole, so it is read and written as one word.
 */
static uint64_t by_id[ID_SLOTS]; /* id << 32 | reference */

struct key {
	enum kind kind;
	const char *name;
	size_t bytes;
};

static bool same(uint32_t index, const void *wanted)
{
	const struct key *key = wanted;
	const struct object *object = live_at(&live.region->objects, index);
	return object->kind == key->kind && object->name.bytes == key->bytes &&
	       memcmp((char *)live.region + object->name.at, key->name, key->bytes) == 0;
}

static bool make(const void *wanted, uint32_t *index)
{
	const struct key *key = wanted;
	struct text name = live_text(key->name, key->bytes);
	struct object *object =
	    name.bytes == key->bytes ? live_append(&live.region->objects, index) : NULL;
	if (!object)
		return false;
	object->kind = key->kind;
	object->name = name;
	__atomic_store_n(&object->ready, 1, __ATOMIC_RELEASE);
	struct moment now;
	live_moment(&now);
	return true;
}

static object_ref intern(enum kind kind, const char *name, size_t bytes)
{
	struct key key = {kind, name, bytes};
	uint64_t hash = intern_hash(INTERN_HASH_START ^ kind, name, bytes);
	uint32_t index = intern_find(&objects, hash, &key, same, make, OBJECT_OTHER);
	if (index == OBJECT_OTHER)
		counter_add_shared(&live.region->objects_folded, 1);
	return OBJECT_REF(index, kind);
}

bool objects_init(void)
{
	descriptor_object =
	    raw_mmap(NULL, DESCRIPTORS_MOST * sizeof(*descriptor_object), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return descriptor_object && intern_init(&objects, OBJECT_SLOTS);
}

void objects_start(void)
{
	uint32_t index;
	for (int i = 0; i < OBJECT_FIRST; i++)
		live_append(&live.region->objects, &index);
}

void objects_forget(void)
{
	intern_forget(&objects);
	object_forget_range(0, DESCRIPTORS_MOST - 1);
	memset(by_id, 0, sizeof(by_id));
}

/*
 * A child that shares our memory until it executes another program (vfork,
 * posix_spawn) has descriptors of its own: what it learns of them is of no use
 * to us. What it forgets costs only another look.
 */
static bool in_foreign_descriptors(void)
{
	return raw_getpid() != live.region->pid;
}

object_ref object_find_out(int fd)
{
	/*
	 * A signal's stack may be too small for the name of a file, so that has
	 * a place in the thread's memory; who interrupts its use must make do.
	 */
	char small[128];
	bool nested = self.busy != 0;
	char *name = nested ? small : self.locals->name;
	size_t bytes, room = nested ? sizeof(small) : sizeof(self.locals->name);
	bool remembered = (unsigned)fd < DESCRIPTORS_MOST && !in_foreign_descriptors();
	bool accepted = remembered && descriptor_object[fd] == ACCEPTED;

	if (!nested)
		bookkeeping_begin((uintptr_t)small);
	enum kind kind = identify(fd, accepted, name, room, &bytes);
	object_ref object = intern(kind, name, bytes);
	if (remembered && kind != KIND_CLOSED && bytes < room)
		__atomic_store_n(&descriptor_object[fd], object, __ATOMIC_RELAXED);
	if (!nested)
		bookkeeping_end();
	return object;
}

object_ref object_if_known(int fd)
{
	object_ref object = (unsigned)fd < DESCRIPTORS_MOST ? descriptor_object[fd] : NO_OBJECT;
	return object == ACCEPTED ? NO_OBJECT : object;
}

void object_flags_changed(int fd)
{
	enum kind kind = OBJECT_KIND(object_if_known(fd));
	if (kind == KIND_REGULAR || kind == KIND_DIRECT)
		object_forget_fd(fd);
}

void object_forget_range(unsigned first, unsigned last)
{
	const unsigned page = 4096 / sizeof(*descriptor_object);
	if (last >= DESCRIPTORS_MOST)
		last = DESCRIPTORS_MOST - 1;
	while (first <= last && first % page)
		object_forget_fd((int)first++);
	if (first <= last && last - first >= page) {
		/* Whole pages go back to the kernel, and read as zero again. */
		unsigned whole = (last - first + 1) / page * page;
		raw_zero_pages(descriptor_object + first, whole * sizeof(*descriptor_object));
		first += whole;
	}
	while (first <= last)
		object_forget_fd((int)first++);
}

void object_accepted(int fd)
{
	if ((unsigned)fd < DESCRIPTORS_MOST)
		__atomic_store_n(&descriptor_object[fd], ACCEPTED, __ATOMIC_RELAXED);
}

void object_duplicate(int fd, int to)
{
	bool known = (unsigned)fd < DESCRIPTORS_MOST && !in_foreign_descriptors();
	if (fd != to && (unsigned)to < DESCRIPTORS_MOST)
		__atomic_store_n(&descriptor_object[to], known ? descriptor_object[fd] : NO_OBJECT,
				 __ATOMIC_RELAXED);
}

object_ref object_of_id(enum kind kind, long id)
{
	uint64_t *slot = &by_id[(unsigned long)id % ID_SLOTS];
	uint64_t known = __atomic_load_n(slot, __ATOMIC_RELAXED);
	if (known >> 32 == (uint32_t)id && OBJECT_KIND((object_ref)known) == kind)
		return (object_ref)known;

	char name[32];
	size_t bytes = identify_id(kind, id, name, sizeof(name));
	object_ref object = intern(kind, name, bytes);
	__atomic_store_n(slot, (uint64_t)(uint32_t)id << 32 | object, __ATOMIC_RELAXED);
	return object;
}

object_ref object_of_stream(FILE *stream)
{
	/* A stream without a descriptor: fmemopen, open_memstream, fopencookie. */
	if (stream->_fileno < 0)
		return intern(KIND_MEMORY_STREAM, "(memory stream)", 15);
	return object_of_fd(stream->_fileno);
}
