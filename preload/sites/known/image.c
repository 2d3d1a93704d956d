/*
 * image.c - lays out the segments of a library's file.
 */
#include "sites/known/image.h"

#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void read_headers(struct image *image, int fd, const char *path)
{
	Elf64_Ehdr head;
	if (read(fd, &head, sizeof(head)) != sizeof(head))
		err(1, "%s", path);
	size_t bytes = head.e_phnum * sizeof(*image->segment);
	if (memcmp(head.e_ident, ELFMAG, SELFMAG) || head.e_machine != EM_X86_64 ||
	    bytes > sizeof(image->segment) ||
	    pread(fd, image->segment, bytes, (off_t)head.e_phoff) != (ssize_t)bytes)
		errx(1, "%s: not a library for x86-64", path);
	image->segments = head.e_phnum;
}

void image_open(struct image *image, const char *path)
{
	*image = (struct image){0};
	int fd = open(path, O_RDONLY);
	if (fd < 0)
		err(1, "%s", path);
	read_headers(image, fd, path);
	for (int i = 0; i < image->segments; i++)
		if (image->segment[i].p_type == PT_LOAD)
			image->bytes = image->segment[i].p_vaddr + image->segment[i].p_memsz;
	image->base =
	    mmap(NULL, image->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (image->base == MAP_FAILED)
		err(1, "%s: no room for %zu bytes", path, image->bytes);
	for (int i = 0; i < image->segments; i++) {
		const Elf64_Phdr *segment = &image->segment[i];
		if (segment->p_type == PT_LOAD &&
		    pread(fd, image->base + segment->p_vaddr, segment->p_filesz,
			  (off_t)segment->p_offset) != (ssize_t)segment->p_filesz)
			err(1, "%s: shorter than its headers say", path);
	}
	close(fd);
}

void image_close(struct image *image)
{
	munmap(image->base, image->bytes);
}
