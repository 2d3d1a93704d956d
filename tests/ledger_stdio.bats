# ledger_stdio.bats - library functions: what they were called for, whatever their buffers did.
load helpers/common

setup() {
	DISK=$BATS_TEST_TMPDIR/data
	DEFINE=("KIND=$(disk_kind)" "FILE=$DISK")
}

@test "100,000 characters one by one" {
	ledger stdio_characters "$DISK"
}

@test "characters that the compiler moves without a call" {
	ledger stdio_inlined "$DISK"
}

@test "blocks and lines" {
	ledger stdio_blocks "$DISK"
}

@test "the family of printf" {
	ledger stdio_formats
}
