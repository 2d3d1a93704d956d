/*
 * image.h - a library's file laid out in memory as the loader would, for who searches its text.
 */
#ifndef SITES_KNOWN_IMAGE_H
#define SITES_KNOWN_IMAGE_H

#include <elf.h>
#include <stddef.h>

#define IMAGE_SEGMENTS_MOST 64

struct image {
	unsigned char *base;
	size_t bytes;
	Elf64_Phdr segment[IMAGE_SEGMENTS_MOST];
	int segments;
};

/* Nothing is relocated. Ends the program, with a message, where that can't be done. */
void image_open(struct image *image, const char *path);

void image_close(struct image *image);

#endif
