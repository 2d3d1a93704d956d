/*
 * environment.c - what a new program must find in its environment to be traced too.
 */
#include "life/environment.h"

#include "abi/raw.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define KEPT_MOST   32
#define OWN_NAME    "libcopytrace"
#define IMAGE_BYTES 72

static const char preload[] = "LD_PRELOAD=";

static char *kept[KEPT_MOST + 1]; /* the variables of copytrace */
static size_t kept_count;
static char own_library[PATH_MAX]; /* as LD_PRELOAD named it; empty where it didn't */

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool same_name(const char *a, const char *b)
{
	size_t n = strcspn(b, "=") + 1;
	return strncmp(a, b, n) == 0;
}

/* Finds our own name in the value of LD_PRELOAD, whose parts end at a colon or a space. */
static void keep_library(const char *value)
{
	while (*value) {
		size_t n = strcspn(value, ": ");
		const char *own = strstr(value, OWN_NAME);
		if (own && own < value + n && n < sizeof(own_library)) {
			memcpy(own_library, value, n);
			own_library[n] = '\0';
			return;
		}
		value += n + (value[n] != '\0');
	}
}

void environment_keep(char **environment)
{
	size_t bytes = 0;
	for (char **entry = environment; *entry; entry++) {
		if (starts(*entry, preload))
			keep_library(*entry + strlen(preload));
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

size_t environment_bytes(char *const envp[], const struct next_image *image)
{
	size_t entries = count(envp) + kept_count + 3, longest = 0;
	for (size_t i = 0; envp && envp[i]; i++)
		if (starts(envp[i], preload) && strlen(envp[i]) > longest)
			longest = strlen(envp[i]);
	return entries * sizeof(char *) + IMAGE_BYTES + (image ? strlen(image->region) : 0) +
	       sizeof(preload) + strlen(own_library) + longest + 2;
}

bool environment_can_trace(char *const envp[])
{
	if (own_library[0])
		return true;
	for (size_t i = 0; envp && envp[i]; i++)
		if (starts(envp[i], preload) && strstr(envp[i], OWN_NAME))
			return true;
	/* The loader reads that file for every program. */
	return RAW_3(SYS_faccessat, AT_FDCWD, "/etc/ld.so.preload", F_OK) == 0;
}

/* The entry for LD_PRELOAD: what the program has there, with us first unless it names us. */
static char *preload_entry(char *text, char *has)
{
	if (has && strstr(has, OWN_NAME))
		return has;
	const char *others = has ? has + strlen(preload) : "";
	sprintf(text, "%s%s%s%s", preload, own_library, *others ? ":" : "", others);
	return text;
}

char **environment_fill(void *room, char *const envp[], const struct next_image *image)
{
	size_t n = count(envp), used = 0;
	char **list = room;
	char *text = (char *)(list + n + kept_count + 3);
	char *has_preload = NULL;

	for (size_t i = 0; i < n; i++) {
		if (starts(envp[i], preload) && own_library[0])
			has_preload = envp[i];
		else if (!same_name(envp[i], IMAGE_VARIABLE "="))
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
		text += 1 + sprintf(text, IMAGE_VARIABLE "=%d:%u:%" PRIu64 ":%s", (int)raw_getpid(),
				    image->number, image->counted, image->region);
	}
	if (own_library[0])
		list[used++] = preload_entry(text, has_preload);
	list[used] = NULL;
	return list;
}

uint32_t environment_take_image(char **environment, uint64_t *counted, const char **region)
{
	char **left = environment;
	uint32_t image = 0;
	*region = "";
	*counted = 0;
	for (char **entry = environment; *entry; entry++) {
		if (!same_name(*entry, IMAGE_VARIABLE "=")) {
			*left++ = *entry;
			continue;
		}
		int pid = 0, path = 0;
		uint64_t rchar = 0;
		unsigned number = 0;
		/* Of another pid it was inherited. */
		if (sscanf(*entry, IMAGE_VARIABLE "=%d:%u:%" SCNu64 ":%n", &pid, &number, &rchar,
			   &path) == 3 &&
		    path && pid == raw_getpid()) {
			image = number;
			*counted = rchar;
			*region = *entry + path;
		}
	}
	*left = NULL;
	return image;
}
