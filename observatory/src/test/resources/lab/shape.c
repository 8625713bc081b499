/*
 * A benign program with the network shape of an infected device, without a C library, for the CPUs of the lab's tests.
 * It knows no credential, no exploit and no victim. It refuses to run (77) wherever it sees an interface besides "lo",
 * and names only addresses that RFC 2544, RFC 5737 and the lab itself set aside:
 *   one DNS query to 10.0.2.3, one line to 203.0.113.10:48101, then in a child process 180 connections to 23/TCP,
 *   20 to 2323/TCP and 50 datagrams to 53413/UDP, all within 198.18.0.0/15.
 */
#include <asm/unistd.h>

typedef unsigned char byte;
typedef unsigned int word;

#if defined(__mips__)
enum { STREAM = 2, DATAGRAM = 1, NONBLOCK = 0x80, CREATE = 0x101, CHILD = 18 };
#else
enum { STREAM = 1, DATAGRAM = 2, NONBLOCK = 0x800, CREATE = 0x41, CHILD = 17 };
#endif

#if defined(__arm__)
static long call4(long n, long a, long b, long c, long d) {
  register long r7 __asm__("r7") = n, r0 __asm__("r0") = a, r1 __asm__("r1") = b, r2 __asm__("r2") = c;
  register long r3 __asm__("r3") = d, r4 __asm__("r4") = 0;
  __asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4) : "memory");
  return r0;
}
#elif defined(__mips__)
static long call4(long n, long a, long b, long c, long d) {
  register long v0 __asm__("$2") = n, a0 __asm__("$4") = a, a1 __asm__("$5") = b, a2 __asm__("$6") = c;
  register long a3 __asm__("$7") = d;
  __asm__ volatile(
      "addiu $29, $29, -32\n\tsw $0, 16($29)\n\tsw $0, 20($29)\n\tsyscall\n\taddiu $29, $29, 32"
      : "+r"(v0), "+r"(a3)
      : "r"(a0), "r"(a1), "r"(a2)
      : "memory", "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25");
  return a3 ? -v0 : v0;
}
#elif defined(__powerpc__)
static long call4(long n, long a, long b, long c, long d) {
  register long r0 __asm__("r0") = n, r3 __asm__("r3") = a, r4 __asm__("r4") = b, r5 __asm__("r5") = c;
  register long r6 __asm__("r6") = d, r7 __asm__("r7") = 0;
  __asm__ volatile("sc\n\tbns+ 1f\n\tneg 3, 3\n1:"
                   : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7)
                   :
                   : "memory", "cr0", "ctr", "r8", "r9", "r10", "r11", "r12");
  return r3;
}
#elif defined(__sh__)
static long call4(long n, long a, long b, long c, long d) {
  register long r3 __asm__("r3") = n, r4 __asm__("r4") = a, r5 __asm__("r5") = b, r6 __asm__("r6") = c;
  register long r7 __asm__("r7") = d, r0 __asm__("r0") = 0;
  __asm__ volatile("trapa #0x16" : "+r"(r0) : "r"(r3), "r"(r4), "r"(r5), "r"(r6), "r"(r7) : "memory");
  return r0;
}
#elif defined(__x86_64__)
static long call4(long n, long a, long b, long c, long d) {
  long answer;
  register long r10 __asm__("r10") = d, r8 __asm__("r8") = 0;
  __asm__ volatile("syscall"
                   : "=a"(answer)
                   : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return answer;
}
#else
#error "no system call for this CPU yet"
#endif

#define CALL(n, a, b, c, d) call4(n, (long)(a), (long)(b), (long)(c), (long)(d))

struct socket_address {
  byte bytes[16];
};

static byte buffer[1024];
static word state = 0x7e17e4;

static word chance(void) {
  state = (state * 1103515245u + 12345u) & 0x7fffffffu;
  return state >> 8 & 0xffff;
}

static void address(struct socket_address *s, word ip, word port) {
  int i;
  for (i = 0; i < 16; i++) s->bytes[i] = 0;
  *(unsigned short *)s->bytes = 2;
  s->bytes[2] = (byte)(port >> 8);
  s->bytes[3] = (byte)port;
  for (i = 0; i < 4; i++) s->bytes[4 + i] = (byte)(ip >> (24 - 8 * i));
}

static int only_loopback(void) {
  long file = CALL(__NR_openat, -100, "/proc/net/dev", 0, 0);
  long length, i, colons = 0, lo = 0;
  if (file < 0) return 0;
  length = CALL(__NR_read, file, buffer, sizeof buffer, 0);
  CALL(__NR_close, file, 0, 0, 0);
  for (i = 2; i < length; i++) {
    if (buffer[i] == ':') {
      colons++;
      if (buffer[i - 1] == 'o' && buffer[i - 2] == 'l') lo++;
    }
  }
  return colons == 1 && lo == 1;
}

static const byte query[] = {0x7e, 0x17, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, 'c', 'o', 'm', 'm', 'a', 'n', 'd',
                             6, 't', 'e', 'i', 't', 'e', 'n', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1};

static void search(void) {
  struct socket_address to;
  long open[50];
  int round, i, ninth = 0;
  for (round = 0; round < 4; round++) {
    for (i = 0; i < 50; i++) {
      open[i] = CALL(__NR_socket, 2, STREAM, 0, 0);
      CALL(__NR_fcntl, open[i], 4, NONBLOCK, 0);
      address(&to, 0xC6120000u | (chance() & 1) << 16 | chance(), ninth ? 23 : 2323);
      if (++ninth == 10) ninth = 0;
      CALL(__NR_connect, open[i], &to, 16, 0);
    }
    CALL(__NR_sched_yield, 0, 0, 0, 0);
    for (i = 0; i < 50; i++) CALL(__NR_close, open[i], 0, 0, 0);
  }
  open[0] = CALL(__NR_socket, 2, DATAGRAM, 0, 0);
  for (i = 0; i < 50; i++) {
    address(&to, 0xC6120000u | (chance() & 1) << 16 | chance(), 53413);
    /* A connected datagram socket may be connected anew; that spares a six-argument call. */
    CALL(__NR_connect, open[0], &to, 16, 0);
    CALL(__NR_write, open[0], "TEITEN-BENIGN", 13, 0);
  }
}

#if defined(__x86_64__)
__attribute__((force_align_arg_pointer))
#endif
__attribute__((used)) void _start(void) {
  struct socket_address to;
  long file, child;
  if (!only_loopback()) CALL(__NR_exit, 77, 0, 0, 0);
  file = CALL(__NR_openat, -100, "/tmp/.shape", CREATE, 0600);
  CALL(__NR_write, file, "benign\n", 7, 0);
  CALL(__NR_close, file, 0, 0, 0);
  CALL(__NR_unlinkat, -100, "/tmp/.shape", 0, 0);
  CALL(__NR_prctl, 15, "sshd", 0, 0);
  file = CALL(__NR_socket, 2, DATAGRAM, 0, 0);
  address(&to, 0x0A000203u, 53);
  CALL(__NR_connect, file, &to, 16, 0);
  CALL(__NR_write, file, query, sizeof query, 0);
  CALL(__NR_read, file, buffer, 512, 0);
  CALL(__NR_close, file, 0, 0, 0);
  file = CALL(__NR_socket, 2, STREAM, 0, 0);
  address(&to, 0xCB00710Au, 48101);
  CALL(__NR_connect, file, &to, 16, 0);
  CALL(__NR_write, file, "HELLO teiten-shape\n", 19, 0);
  CALL(__NR_read, file, buffer, 128, 0);
  CALL(__NR_close, file, 0, 0, 0);
  child = CALL(__NR_clone, CHILD, 0, 0, 0);
  if (child == 0) {
    search();
    CALL(__NR_exit, 0, 0, 0, 0);
  }
  CALL(__NR_wait4, child, 0, 0, 0);
  CALL(__NR_unlinkat, -100, "/tmp/a", 0, 0);
  CALL(__NR_exit, 0, 0, 0, 0);
  for (;;) {
  }
}
