# ledger_waiting.bats - what may wait for somebody else: pipes, FIFOs, terminals, queues.
load helpers/common

@test "a pipe, empty, full, and under another number" {
	ledger pipes
}

@test "a FIFO whose other end is late: the wait is in the open and in the read" {
	DEFINE=("FILE=$BATS_TEST_TMPDIR/fifo")
	ledger late_peer "$BATS_TEST_TMPDIR/fifo"
}

@test "a pseudo-terminal, cooked and raw" {
	ledger terminal
}

@test "POSIX and System V messages" {
	ledger queues
}
