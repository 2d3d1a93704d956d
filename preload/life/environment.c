/*
 * environment.c - what a new program must find in its environment to be traced too.
 */
#include "life/environment.h"

#include "abi/raw.h"
#include "shared/preload_order.h"
#include "syscall/confine.h"

#include <elf.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	    4096ul
#define NO_PAGE	    1ul
#define KEPT_MOST   32
#define OWN_NAME    "libcopytrace" /* as the names of all of them begin */
#define OWN_MOST    2
#define IMAGE_BYTES 112
#define ADDED_MOST  4 /* LD_PRELOAD, IMAGE_VARIABLE and its other, and the end */

/* IMAGE_VARIABLE comes with another, for what close_gap() says. */
#define PAIR_VARIABLE "COPYTRACE_IMAGE_PAIR"

static const char preload[] = "LD_PRELOAD=";
static char other_of_pair[] = PAIR_VARIABLE "=";

static char *kept[KEPT_MOST + 1]; /* the variables of copytrace */
static size_t kept_count;
static bool executed_by_traced;
/* As LD_PRELOAD named them; none where it didn't. */
static char own_library[OWN_MOST][PATH_MAX];
static size_t own_count;

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool same_name(const char *a, const char *b)
{
	size_t n = strcspn(b, "=") + 1;
	return strncmp(a, b, n) == 0;
}

static bool is_of_image(const char *entry)
{
	return same_name(entry, IMAGE_VARIABLE "=") || same_name(entry, PAIR_VARIABLE "=");
}

static bool is_own(const char *part, size_t n)
{
	const char *own = strstr(part, OWN_NAME);
	return own && own < part + n;
}

/* Finds our own names in the value of LD_PRELOAD, whose parts end at a colon or a space. */
static void keep_libraries(const char *value)
{
	for (size_t n; *value; value += n + (value[n] != '\0')) {
		n = strcspn(value, ": ");
		if (!is_own(value, n) || n >= PATH_MAX || own_count == OWN_MOST)
			continue;
		memcpy(own_library[own_count], value, n);
		own_library[own_count++][n] = '\0';
	}
}

void environment_keep(char **environment)
{
	size_t bytes = 0;
	for (char **entry = environment; *entry; entry++) {
		if (starts(*entry, preload))
			keep_libraries(*entry + strlen(preload));
		if (starts(*entry, "COPYTRACE_"))
			bytes += strlen(*entry) + 1;
	}
	char *copy = bytes ? raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
			   : NULL;
	for (char **entry = environment; copy && *entry; entry++) {
		if (!starts(*entry, "COPYTRACE_") || kept_count == KEPT_MOST)
			continue;
		size_t n = strlen(*entry) + 1;
		memcpy(copy, *entry, n);
		kept[kept_count++] = copy;
		copy += n;
	}
}

bool environment_of_traced(void)
{
	return executed_by_traced;
}

char **environment_kept(void)
{
	return kept;
}

static size_t count(char *const list[])
{
	size_t n = 0;
	while (list && list[n])
		n++;
	return n;
}

/* Most lie in one page with the one before. NULL is no place, though the kernel reads no set there.
 */
static bool is_in_readable_page(const void *at, uintptr_t *last)
{
	uintptr_t page = (uintptr_t)at & -PAGE;
	bool readable = page == *last || (page && raw_is_readable((const void *)page));
	*last = page;
	return readable;
}

bool environment_is_readable(char *const envp[])
{
	uintptr_t of_list = NO_PAGE, of_text = NO_PAGE;
	for (; envp; envp++) {
		if (!is_in_readable_page(envp, &of_list))
			return false;
		if (!*envp)
			break;
		if (!is_in_readable_page(*envp, &of_text))
			return false;
	}
	return true;
}

size_t environment_bytes(char *const envp[], const struct next_image *image)
{
	size_t entries = count(envp) + kept_count + ADDED_MOST, longest = 0;
	for (size_t i = 0; envp && envp[i]; i++)
		if (starts(envp[i], preload) && strlen(envp[i]) > longest)
			longest = strlen(envp[i]);
	size_t own = 0;
	for (size_t i = 0; i < own_count; i++)
		own += strlen(own_library[i]) + 1;
	return entries * sizeof(char *) + IMAGE_BYTES + (image ? strlen(image->region) : 0) +
	       sizeof(preload) + own + longest + 2;
}

bool environment_reaches(void)
{
	for (size_t i = 0; i < own_count; i++)
		if (own_library[i][0] == '/' &&
		    RAW_3(SYS_faccessat, AT_FDCWD, own_library[i], R_OK) != 0)
			return false;
	return true;
}

bool environment_can_trace(char *const envp[])
{
	if (own_count)
		return true;
	for (size_t i = 0; envp && envp[i]; i++)
		if (starts(envp[i], preload) && strstr(envp[i], OWN_NAME))
			return true;
	/* The loader reads that file for every program. */
	return RAW_3(SYS_faccessat, AT_FDCWD, "/etc/ld.so.preload", F_OK) == 0;
}

/* What the program has in LD_PRELOAD besides us; NULL where that is nothing. */
static char *others_entry(char *text, const char *has)
{
	const char *part = has ? has + strlen(preload) : "";
	size_t used = strlen(preload);
	memcpy(text, preload, used);
	while (*part) {
		size_t n = strcspn(part, ": ");
		bool more = part[n] != '\0';
		if (n && !is_own(part, n)) {
			memcpy(text + used, part, n + more);
			used += n + more;
		}
		part += n + more;
	}
	text[used] = '\0';
	return used > strlen(preload) ? text : NULL;
}

/* The entry for LD_PRELOAD: what the program has there, and us in our place unless it names us. */
static char *preload_entry(char *text, char *has)
{
	/* Under a filter that kills we would; where we can't be found the loader complains. */
	if (confine_endangers() || !environment_reaches())
		return others_entry(text, has);
	if (has && strstr(has, OWN_NAME))
		return has;
	const char *others = has ? has + strlen(preload) : "";
	bool first = preload_comes_first(others);
	size_t used = strlen(preload);
	memcpy(text, preload, used);
	if (!first)
		used += (size_t)sprintf(text + used, "%s:", others);
	for (size_t i = 0; i < own_count; i++)
		used += (size_t)sprintf(text + used, "%s%s", i ? ":" : "", own_library[i]);
	if (first && *others)
		sprintf(text + used, ":%s", others);
	return text;
}

char **environment_fill(void *room, char *const envp[], const struct next_image *image)
{
	size_t n = count(envp), used = 0;
	char **list = room;
	char *text = (char *)(list + n + kept_count + ADDED_MOST);
	char **has_preload =
	    NULL; /* its place, which it keeps: a program may print them in order */

	for (size_t i = 0; i < n; i++) {
		if (is_of_image(envp[i]))
			continue;
		if (starts(envp[i], preload))
			has_preload = list + used;
		list[used++] = envp[i];
	}
	for (size_t k = 0; k < kept_count; k++) {
		size_t i = 0;
		while (i < n && !same_name(envp[i], kept[k]))
			i++;
		if (i == n)
			list[used++] = kept[k];
	}
	if (image) {
		list[used++] = text;
		const struct counted *counted = &image->counted;
		text += 1 + sprintf(text,
				    IMAGE_VARIABLE "=%d:%u:%" PRIu64 ":%" PRIu64 ":%" PRIu64 ":%s",
				    (int)raw_getpid(), image->number, counted->rchar,
				    counted->minor_faults, counted->major_faults, image->region);
		list[used++] = other_of_pair;
	}
	if (own_count) {
		char *entry = preload_entry(text, has_preload ? *has_preload : NULL);
		char **place = has_preload ? has_preload : list + used++;
		if (entry)
			*place = entry;
		else
			memmove(place, place + 1, (size_t)(list + --used - place) * sizeof(*place));
	}
	list[used] = NULL;
	return list;
}

/* Returns what follows a number and its colon; NULL where there is none, or was none before. */
static const char *read_number(const char *text, uint64_t *n)
{
	const char *at = text;
	*n = 0;
	for (; at && *at >= '0' && *at <= '9'; at++)
		*n = *n * 10 + (uint64_t)(*at - '0');
	return at && at > text && *at == ':' ? at + 1 : NULL;
}

/* What an entry tells, where it is of this pid; of another it was inherited. */
static void take_entry(const char *entry, uint32_t *image, struct counted *counted,
		       const char **region)
{
	struct counted told;
	uint64_t pid, number;
	const char *path = read_number(entry + sizeof(IMAGE_VARIABLE), &pid);
	path = read_number(path, &number);
	path = read_number(path, &told.rchar);
	path = read_number(path, &told.minor_faults);
	path = read_number(path, &told.major_faults);
	if (path && pid == (uint64_t)raw_getpid()) {
		*image = (uint32_t)number;
		*counted = told;
		*region = path;
	}
}

/*
 * Behind the environment lies what the kernel tells the program, for which some
 * look at the first NULL (x86-64 ABI, the auxiliary vector: pairs of words). So
 * entries go in pairs, and their place becomes one of that vector's.
 */
static void close_gap(char **end, size_t gone)
{
	for (size_t i = 1; i < gone; i += 2) {
		end[i] = (char *)AT_IGNORE;
		end[i + 1] = NULL;
	}
}

uint32_t environment_take_image(char **environment, struct counted *counted, const char **region)
{
	char **left = environment, **entry = environment;
	uint32_t image = 0;
	*region = "";
	*counted = (struct counted){0};
	for (; *entry; entry++) {
		if (!is_of_image(*entry)) {
			*left++ = *entry;
			continue;
		}
		executed_by_traced = true;
		take_entry(*entry, &image, counted, region);
	}
	size_t gone = (size_t)(entry - left);
	/* Somebody has taken one of a pair; what is there twice does no harm. */
	if (gone % 2 && left > environment) {
		left[0] = left[-1];
		left++;
		gone--;
	}
	*left = NULL;
	close_gap(left, gone);
	return image;
}
