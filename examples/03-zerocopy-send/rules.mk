# The other end is that of lesson 1.
RECEIVE := $(BUILD)/03-zerocopy-send/receive
OTHERS += $(RECEIVE)

$(RECEIVE): 01-file-to-socket/receive.c io.h Makefile
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(LDFLAGS) -o $@ $<
