/*
 * units.c - numbers as people read them: binary units for bytes, three digits, thousands apart.
 */
#include "units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct scale {
	const char *unit;
	double size;
};

static const struct scale bytes_scale[] = {
    {"EiB", 0x1p60}, {"PiB", 0x1p50}, {"TiB", 0x1p40}, {"GiB", 0x1p30},
    {"MiB", 0x1p20}, {"KiB", 0x1p10}, {"B", 1},
};
static const struct scale ns_scale[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};

/* Three digits; a value that rounding would show as 1000 or 1024 of a unit goes to the next one. */
static struct amount scaled(const struct scale *first, double most, uint64_t value)
{
	const struct scale *scale = first;
	struct amount amount = {0};

	while (scale->size > 1 && (double)value < scale->size)
		scale++;
	if (scale->size == 1 || !value) {
		snprintf(amount.text, sizeof(amount.text), "%" PRIu64 " %s", value, scale->unit);
		return amount;
	}
	double number = (double)value / scale->size;
	int decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
	if (number >= most - 0.5 && scale > first) {
		scale--;
		number = 1;
		decimals = 2;
	}
	snprintf(amount.text, sizeof(amount.text), "%.*f %s", decimals, number, scale->unit);
	return amount;
}

struct amount amount_bytes(uint64_t bytes)
{
	return scaled(bytes_scale, 1024, bytes);
}

struct amount amount_ns(uint64_t ns)
{
	return scaled(ns_scale, 1000, ns);
}

struct amount amount_count(uint64_t count)
{
	struct amount amount = {0};
	char digits[24];
	char *out = amount.text;

	int n = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = 0;
	return amount;
}

struct amount amount_of(enum unit unit, uint64_t value)
{
	switch (unit) {
	case UNIT_BYTES:
		return amount_bytes(value);
	case UNIT_NS:
		return amount_ns(value);
	case UNIT_COUNT:
		break;
	}
	return amount_count(value);
}

struct amount amount_delta(enum unit unit, uint64_t before, uint64_t after)
{
	bool less = after < before;
	struct amount size = amount_of(unit, less ? before - after : after - before), delta;

	snprintf(delta.text, sizeof(delta.text), "%s%.40s",
		 before == after ? ""
		 : less		 ? "-"
				 : "+",
		 size.text);
	return delta;
}

struct amount amount_share(uint64_t part, uint64_t whole)
{
	struct amount share = {"-"};
	double percent = whole ? 100.0 * (double)part / (double)whole : 0;

	if (whole && part && percent < 0.05)
		strcpy(share.text, "<0.1 %");
	else if (percent >= 99.95)
		snprintf(share.text, sizeof(share.text), "%.0f %%", percent);
	else if (whole)
		snprintf(share.text, sizeof(share.text), "%.1f %%", percent);
	return share;
}

struct amount amount_change(uint64_t before, uint64_t after)
{
	struct amount change = {"0 %"};

	if (!before && after)
		return (struct amount){"new"};
	if (before == after)
		return change;
	double percent = 100.0 * ((double)after - (double)before) / (double)before;
	if (percent >= 9999.5)
		snprintf(change.text, sizeof(change.text), "x%.0f", (double)after / (double)before);
	else if (fabs(percent) < 0.05)
		strcpy(change.text, percent < 0 ? ">-0.1 %" : "<+0.1 %");
	else
		snprintf(change.text, sizeof(change.text),
			 fabs(percent) < 99.95 ? "%+.1f %%" : "%+.0f %%", percent);
	return change;
}

struct amount amount_exact(enum unit unit, uint64_t value)
{
	struct amount exact = amount_count(value), human = amount_of(unit, value);

	if (unit == UNIT_COUNT)
		return exact;
	if (value < 1000)
		return human;
	size_t n = strlen(exact.text);
	snprintf(exact.text + n, sizeof(exact.text) - n, " (%.12s)", human.text);
	return exact;
}
