# Three programs, each of its own file and all the mechanisms.
IPC := $(addprefix $(BUILD)/05-ipc/,related produce consume)
PROGRAMS := $(filter-out $(BUILD)/05-ipc/%,$(PROGRAMS))
OTHERS += $(IPC)
IPC_SHARED := $(filter-out $(IPC:$(BUILD)/%=%.c),$(wildcard 05-ipc/*.c))

$(IPC): $(BUILD)/%: %.c $(IPC_SHARED) $(wildcard *.h 05-ipc/*.h 05-ipc/rules.mk) Makefile
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(LDFLAGS) -o $@ $< $(IPC_SHARED) -pthread
