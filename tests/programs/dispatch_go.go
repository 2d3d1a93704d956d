// dispatch_go.go - a Go program: it makes its own system calls, on stacks of 2 KiB, and ends by one.
//
// SEEN preadv: calls=50*200 returned=50*200*1000
// SEEN pwritev: calls=50*200+1 returned=50*200*10 errors=1
// SEEN writev: calls=1 returned=8
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"syscall"
	"unsafe"
)

// Some more of the stack at each level, so that it grows and is moved.
func deep(n int, call func()) byte {
	var room [256]byte
	if n == 0 {
		call()
		return 0
	}
	room[n%256] = deep(n-1, call)
	return room[(n+1)%256]
}

func vector(nr uintptr, fd int, bytes []byte) int {
	part := syscall.Iovec{Base: &bytes[0], Len: uint64(len(bytes))}
	n, _, errno := syscall.Syscall6(nr, uintptr(fd), uintptr(unsafe.Pointer(&part)), 1, 0, 0, 0)
	if errno != 0 {
		return -int(errno)
	}
	return int(n)
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(99)
	}
}

func main() {
	// By libc: cgo.
	_, err := user.Current()
	must(err)
	_, err = net.LookupHost("localhost")
	must(err)

	zero, err := syscall.Open("/dev/zero", syscall.O_RDONLY, 0)
	must(err)
	null, err := syscall.Open("/dev/null", syscall.O_WRONLY, 0)
	must(err)
	sums := make(chan int)
	for i := 0; i < 50; i++ {
		go func(i int) {
			sum := 0
			in, out := make([]byte, 1000), make([]byte, 10)
			for k := 0; k < 200; k++ {
				deep((i+k)%50, func() {
					sum += vector(syscall.SYS_PREADV, zero, in)
					sum += vector(syscall.SYS_PWRITEV, null, out)
				})
			}
			sums <- sum
		}(i)
	}
	sum := 0
	for i := 0; i < 50; i++ {
		sum += <-sums
	}
	fmt.Println(sum, vector(syscall.SYS_PWRITEV, 99, make([]byte, 10)))

	// A child, by vfork.
	said, err := exec.Command("/bin/echo", "child").Output()
	must(err)
	fmt.Print(string(said))
	vector(syscall.SYS_WRITEV, 1, []byte("the end\n"))
	os.Exit(3)
}
