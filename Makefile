# copytrace: make builds, make help lists the targets.
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
BUILD ?= build
LIBDIR ?= $(PREFIX)/lib
# Where `bats_load_library copytrace` looks, if BATS_LIB_PATH has it.
BATSDIR ?= $(PREFIX)/lib/bats
VERSION := 0.1.0

# One line for each file; V=1 shows the commands, and make -s nothing.
Q := $(if $(V),,@)
say = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),,@echo '  $(1)	$(2)')

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wno-unused-parameter -Wno-missing-field-initializers
CFLAGS ?= -O2 -g
COMMON := -std=gnu11 -D_GNU_SOURCE $(WARNINGS) -Ipreload -DCOPYTRACE_VERSION='"$(VERSION)"' -MMD -MP $(CFLAGS) $(CPPFLAGS)

# The shared object: nothing but the interposed names is exported, and our own
# code never pays for a lazy binding.
PRELOAD_SOURCES := $(filter-out preload/copies/%,$(wildcard preload/*/*.c preload/*/*.S))
PRELOAD_FLAGS := -fPIC -fvisibility=hidden -ftls-model=initial-exec -fno-plt -fno-stack-protector \
                 -U_FORTIFY_SOURCE -fno-builtin-malloc -fno-builtin-calloc
PRELOAD_LINK = -shared -Wl,-soname,$(@F) -Wl,-z,defs -Wl,-z,now -Wl,-z,relro \
                -Wl,--hash-style=gnu -Wl,-z,nodlopen -Wl,-z,nodelete

# What is preloaded beside it where copies inside the process are to be counted.
COPIES_SOURCES := $(wildcard preload/copies/*.c)

VIEWER_SOURCES := $(wildcard viewer/*.c preload/shared/*.c preload/abi/*.c)
VIEWER_PACKAGES := jansson libdw libelf
VIEWER_FLAGS = -Iviewer $(shell pkg-config --cflags $(VIEWER_PACKAGES)) -DCOPYTRACE_LIBDIR='"$(LIBDIR)"'
VIEWER_LINK = $(shell pkg-config --libs $(VIEWER_PACKAGES)) -ldl

object = $(patsubst %,$(BUILD)/$(1)/%.o,$(2))
PRELOAD_OBJECTS := $(call object,so,$(PRELOAD_SOURCES))
COPIES_OBJECTS := $(call object,so,$(COPIES_SOURCES))
VIEWER_OBJECTS := $(call object,viewer,$(VIEWER_SOURCES))

.PHONY: all
all: $(BUILD)/libcopytrace.so $(BUILD)/libcopytrace_copies.so $(BUILD)/copytrace ## build the shared objects and the viewer (default)

$(BUILD)/libcopytrace.so: $(PRELOAD_OBJECTS) $(BUILD)/so/known_sites.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(PRELOAD_LINK) $(LDFLAGS) -o $@ $^ -ldl

$(BUILD)/libcopytrace_copies.so: $(COPIES_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(PRELOAD_LINK) $(LDFLAGS) -o $@ $^ -ldl

# The C library of this machine is searched now, and not at the start of each
# process. On a machine with another one that is done there.
LIST_SOURCES := $(wildcard preload/sites/known/*.c) preload/sites/survey.c preload/sites/recognise.c \
                preload/sites/functions.c preload/syscall/numbers.c preload/shared/table.c
C_LIBRARY = $(shell ldd /bin/sh 2>/dev/null | awk '/libc\.so\.6/ { print $$3 } /ld-linux/ { print $$1 }')

$(BUILD)/list_sites: $(LIST_SOURCES) $(wildcard preload/sites/*.h preload/sites/known/*.h preload/syscall/*.h preload/shared/*) Makefile
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(filter-out -MMD -MP,$(COMMON)) $(LDFLAGS) -o $@ $(LIST_SOURCES)

$(BUILD)/known_sites.c: $(BUILD)/list_sites
	$(call say,MAKE,$@)
	$(Q)$(BUILD)/list_sites $(C_LIBRARY) >$@.new && mv $@.new $@

$(BUILD)/so/known_sites.o: $(BUILD)/known_sites.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(COMMON) $(PRELOAD_FLAGS) -c -o $@ $<

$(BUILD)/copytrace: $(VIEWER_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(VIEWER_LINK)

# What runs in the place of a system call leaves vector registers alone.
$(foreach floor,abi region span memory syscall life,$(BUILD)/so/preload/$(floor)/%.o): \
	PRELOAD_FLAGS += -mgeneral-regs-only

# What is libc's function must not be made of a call of it.
$(BUILD)/so/preload/region/bytes.c.o $(COPIES_OBJECTS): PRELOAD_FLAGS += -fno-builtin

$(BUILD)/so/%.o: % Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(COMMON) $(PRELOAD_FLAGS) -c -o $@ $<

$(BUILD)/viewer/%.o: % Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(COMMON) $(VIEWER_FLAGS) -c -o $@ $<

# Who wants to see it first isn't made to wait for what the tests need.
BUILT_ONLY := all demo examples install
SETUP_FOR := $(if $(filter $(BUILT_ONLY),$(MAKECMDGOALS)),$(if $(filter-out setup $(BUILT_ONLY),$(MAKECMDGOALS)),,build))

# `make -j setup test`: nothing is compiled before what it needs is installed.
ifneq ($(filter setup,$(MAKECMDGOALS)),)
$(PRELOAD_OBJECTS) $(COPIES_OBJECTS) $(VIEWER_OBJECTS) $(BUILD)/list_sites examples: | setup
endif

-include $(PRELOAD_OBJECTS:.o=.d) $(COPIES_OBJECTS:.o=.d) $(VIEWER_OBJECTS:.o=.d)

.PHONY: setup
setup: ## install what is missing (Debian, as root or with sudo); beside test or alone, for the tests too
	@tests/setup $(SETUP_FOR)

.PHONY: demo
demo: all examples ## trace a real program, print its report and a diff
	@tests/demo $(BUILD)

.PHONY: examples
examples: ## build the programs of the lessons (examples/)
	$(call say,MAKE,$@)
	@$(MAKE) $(if $(V),,-s) --no-print-directory -C examples BUILD=$(if $(filter /%,$(BUILD)),$(BUILD),../$(BUILD))/examples CC="$(CC)"

.PHONY: lessons
lessons: all examples ## run every lesson, and print what each way of doing its work copied
	@examples/lesson -b $(BUILD)

.PHONY: test
test: all examples ## build and run every test
	@tests/run $(BUILD)

.PHONY: test-long
test-long: all ## kill programs 5000 times and trace 10,000 at once, where make test takes 50 and 300
	@KILLS=$${KILLS:-5000} PROCESSES=$${PROCESSES:-10000} BUILD=$(abspath $(BUILD)) \
		bats tests/endings_killed.bats tests/limits_scale.bats

.PHONY: transparency
transparency: all ## run 48 programs and the test suites of Python, Perl and Tcl alone and traced (an hour)
	@tests/transparency $(BUILD)

.PHONY: bench
bench: all ## measure the cost beside other tracers (tests/bench)
	@tests/bench/run $(BUILD)

.PHONY: sanitize
sanitize: ## run the viewer's and the unit tests under ASan and UBSan, and the fuzzer
	@tests/sanitize

.PHONY: lint
lint: ## check the layout with clang-format, and the code with cppcheck
	@tests/lint

.PHONY: install
install: all ## install under PREFIX (default /usr/local), below DESTDIR
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR) $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/copytrace $(DESTDIR)$(BATSDIR)/copytrace
	install -m 755 $(BUILD)/copytrace $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(BUILD)/libcopytrace.so $(BUILD)/libcopytrace_copies.so $(DESTDIR)$(LIBDIR)/
	install -m 644 viewer/copytrace.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 viewer/trace.schema.json viewer/copytrace.bash $(DESTDIR)$(PREFIX)/share/copytrace/
	install -m 644 viewer/copytrace.bash $(DESTDIR)$(BATSDIR)/copytrace/load.bash
	[ -n "$(DESTDIR)" ] || ldconfig

.PHONY: uninstall
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/copytrace $(DESTDIR)$(LIBDIR)/libcopytrace.so \
	    $(DESTDIR)$(LIBDIR)/libcopytrace_copies.so \
	    $(DESTDIR)$(PREFIX)/share/man/man1/copytrace.1
	rm -rf $(DESTDIR)$(PREFIX)/share/copytrace $(DESTDIR)$(BATSDIR)/copytrace
	[ -n "$(DESTDIR)" ] || ldconfig

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BUILD)

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18
