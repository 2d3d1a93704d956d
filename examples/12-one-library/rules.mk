# rules.mk - the versions of libpieces.so, each in a directory of its own, and a program that takes the one it is given.
PIECES := $(BUILD)/12-one-library
PIECES_VERSIONS := fresh malloced reused

PROGRAMS := $(filter-out $(PIECES)/%,$(PROGRAMS))
OTHERS += $(PIECES_VERSIONS:%=$(PIECES)/%/libpieces.so) $(PIECES)/lines $(PIECES)/pieces.bats $(PIECES)/copytrace.bash

$(PIECES)/%/libpieces.so: 12-one-library/%.c 12-one-library/pieces.h io.h Makefile
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -fPIC -shared $(LDFLAGS) -Wl,-soname,libpieces.so -o $@ $<

$(PIECES)/lines: 12-one-library/lines.c 12-one-library/pieces.h pages.h io.h $(PIECES)/reused/libpieces.so
	$(CC) $(FLAGS) $(LDFLAGS) -o $@ $< -L$(PIECES)/reused -lpieces

$(PIECES)/pieces.bats: 12-one-library/pieces.bats
	cp $< $@
$(PIECES)/copytrace.bash: ../viewer/copytrace.bash
	cp $< $@
