# The same program linked three ways: with all it needs inside, and with libparts.so, whose functions are looked
# up when they are called (lazy) or before main (now).
LINKING := $(BUILD)/11-linking
PROGRAMS := $(filter-out $(LINKING)/use $(LINKING)/parts,$(PROGRAMS))
OTHERS += $(LINKING)/libparts.so $(LINKING)/use_lazy $(LINKING)/use_now
# Without a static libc there is no static program.
OTHERS += $(if $(filter /%,$(shell $(CC) -print-file-name=libc.a)),$(LINKING)/use_static)

$(LINKING)/libparts.so: 11-linking/parts.c 11-linking/parts.h io.h
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(LDFLAGS) -fPIC -shared -Wl,-z,lazy -o $@ $<

$(LINKING)/use_static: 11-linking/use.c 11-linking/parts.c 11-linking/parts.h io.h
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(LDFLAGS) -static -o $@ $(filter %.c,$^)

$(LINKING)/use_lazy $(LINKING)/use_now: $(LINKING)/use_%: 11-linking/use.c $(LINKING)/libparts.so
	$(CC) $(FLAGS) $(LDFLAGS) -Wl,-z,$* -o $@ $< -L$(LINKING) -lparts -Wl,-rpath,'$$ORIGIN'
