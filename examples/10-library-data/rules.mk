# libcounter.so, and programs that find it in their own directory. They are compiled with -fPIC: without, the linker
# gives the program a copy of the library's variables (writer_copied), which the library then uses too.
COUNTER := $(BUILD)/10-library-data
PROGRAMS := $(filter-out $(COUNTER)/%,$(PROGRAMS))
OTHERS += $(addprefix $(COUNTER)/,libcounter.so writer reader writer_copied)
COUNTER_LINK := -L$(COUNTER) -lcounter -Wl,-rpath,'$$ORIGIN'

$(COUNTER)/libcounter.so: 10-library-data/counter.c 10-library-data/counter.h pages.h io.h
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(LDFLAGS) -fPIC -shared -nostartfiles -o $@ $<

$(COUNTER)/writer $(COUNTER)/reader: $(COUNTER)/%: 10-library-data/%.c $(COUNTER)/libcounter.so
	$(CC) $(FLAGS) $(LDFLAGS) -fPIC -o $@ $< $(COUNTER_LINK)

$(COUNTER)/writer_copied: 10-library-data/writer.c $(COUNTER)/libcounter.so
	$(CC) $(FLAGS) $(LDFLAGS) -fno-pic -no-pie -o $@ $< $(COUNTER_LINK)
