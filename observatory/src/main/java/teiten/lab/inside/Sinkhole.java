package teiten.lab.inside;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/// Answers every address and port inside the seal, so that a sample that looks for a controller or for victims goes
/// on showing what it does. It imitates as little as that takes:
/// - DNS: every name gets an address of 203.0.113.0/24, each name its own, so that the capture ties name to peer;
/// - TCP 23 and 2323: a Telnet prompt that refuses every login;
/// - other TCP: a PONG for a PING, a welcome for an IRC registration, `OK` for a line of text, silence for the rest;
/// - UDP: swallowed, never answered.
///
/// All sockets are IPv6 sockets that also take IPv4. The firewall's transparent proxy hands connections to any port
/// to one listener and keeps the address that was asked for.
///
/// The adversary is the sample: it decides how many connections come, how fast and with what inside. So the loop is
/// one thread, open connections are bounded with the oldest closed first, and each message is read up to 4 KB.
final class Sinkhole implements Runnable {
    /// 10.0.2.15, the sample's own address.
    static final int OWN_ADDRESS = 0x0A00020F;

    static final int TCP_PORT = 9_999;
    static final int UDP_PORT = 9_998;
    private static final int MAX_OPEN = 2_048;
    private static final int MAX_NAMES = 240;

    private static final int AF_INET6 = 10;
    private static final int STREAM = 1 | 0x80000 | 0x800;
    private static final int DATAGRAM = 2 | 0x80000 | 0x800;
    private static final int ACCEPTED = 0x80000 | 0x800;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SOL_IP = 0;
    private static final int IP_TRANSPARENT = 19;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int EPOLLIN = 1;
    private static final int ADD = 1;
    private static final int SOCKADDR_IN6 = 28;

    private final Arena arena = Arena.ofShared();
    private final int tcp;
    private final int udp;
    private final int dns;
    private volatile boolean stop;

    private final Map<Integer, Talk> talks = new HashMap<>();
    private final Queue<Integer> oldest = new ArrayDeque<>();
    private final Map<String, Integer> names = new HashMap<>();

    /// What the sinkhole remembers of one connection.
    private static final class Talk {
        final boolean telnet;
        boolean password;

        Talk(boolean telnet) {
            this.telnet = telnet;
        }
    }

    Sinkhole() {
        Kernel kernel = new Kernel(arena);
        tcp = open(kernel, STREAM, TCP_PORT);
        udp = open(kernel, DATAGRAM, UDP_PORT);
        dns = open(kernel, DATAGRAM, 53);
        kernel.option("sinkhole", dns, SOL_IPV6, IPV6_RECVPKTINFO, 1, arena);
        kernel.must("sinkhole", Kernel.LISTEN, tcp, 1_024, 0, 0, 0);
    }

    private int open(Kernel kernel, int type, int port) {
        int socket = kernel.must("sinkhole", Kernel.SOCKET, AF_INET6, type, 0, 0, 0);
        kernel.option("sinkhole", socket, SOL_SOCKET, SO_REUSEADDR, 1, arena);
        kernel.option("sinkhole", socket, SOL_IPV6, IPV6_V6ONLY, 0, arena);
        kernel.option("sinkhole", socket, SOL_IP, IP_TRANSPARENT, 1, arena);
        MemorySegment any = arena.allocate(SOCKADDR_IN6, 8);
        any.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET6);
        any.set(ValueLayout.JAVA_SHORT, 2, Short.reverseBytes((short) port));
        kernel.must("sinkhole", Kernel.BIND, socket, any.address(), SOCKADDR_IN6, 0, 0);
        return socket;
    }

    void stop(Thread running) throws InterruptedException {
        stop = true;
        running.join(1_000);
    }

    @Override
    public void run() {
        Kernel kernel = new Kernel(arena);
        Wire wire = new Wire(kernel, arena);
        int poll = kernel.must("sinkhole", Kernel.EPOLL_CREATE1, 0x80000, 0, 0, 0, 0);
        watch(kernel, poll, tcp);
        watch(kernel, poll, udp);
        watch(kernel, poll, dns);
        // epoll_event is packed on x86-64: events 32 @0, data 64 @4.
        MemorySegment events = arena.allocate(12 * 64, 8);
        while (!stop) {
            long ready = kernel.call(Kernel.EPOLL_WAIT, poll, events.address(), 64, 50, 0, 0);
            for (int k = 0; k < ready; k++) {
                int socket = events.get(ValueLayout.JAVA_INT_UNALIGNED, 12L * k + 4);
                if (socket == tcp) {
                    accept(kernel, poll, wire);
                } else if (socket == udp) {
                    wire.drain(udp);
                } else if (socket == dns) {
                    resolve(wire);
                } else {
                    talk(kernel, socket, wire);
                }
            }
        }
    }

    private void watch(Kernel kernel, int poll, int socket) {
        MemorySegment event = arena.allocate(12, 8);
        event.set(ValueLayout.JAVA_INT, 0, EPOLLIN);
        event.set(ValueLayout.JAVA_INT, 4, socket);
        kernel.call(Kernel.EPOLL_CTL, poll, ADD, socket, event.address(), 0, 0);
    }

    private void accept(Kernel kernel, int poll, Wire wire) {
        for (int k = 0; k < 64; k++) {
            int socket = (int) kernel.call(Kernel.ACCEPT4, tcp, 0, 0, ACCEPTED, 0, 0);
            if (socket < 0) {
                return;
            }
            int port = wire.localPort(socket);
            boolean telnet = port == 23 || port == 2323;
            talks.put(socket, new Talk(telnet));
            oldest.add(socket);
            wire.watch(poll, socket);
            if (telnet) {
                wire.send(socket, "\u00ff\u00fd\u0001\r\nlogin: ");
            }
            while (talks.size() > MAX_OPEN) {
                Integer first = oldest.poll();
                if (first == null) {
                    return;
                }
                close(kernel, first);
            }
        }
    }

    private void close(Kernel kernel, int socket) {
        if (talks.remove(socket) != null) {
            kernel.close(socket);
        }
        // A number used again must not be closed as the oldest in its predecessor's place.
        oldest.remove(socket);
    }

    private void talk(Kernel kernel, int socket, Wire wire) {
        Talk talk = talks.get(socket);
        int length = wire.receive(socket);
        if (talk == null
                || length == 0
                || length < 0 && length != -Kernel.EAGAIN && length != -Kernel.EINTR) {
            close(kernel, socket);
            return;
        }
        if (length < 0) {
            return;
        }
        String said = wire.text(length);
        String answer = talk.telnet ? prompt(talk, said) : acknowledge(said);
        if (!answer.isEmpty()) {
            wire.send(socket, answer);
        }
    }

    /// Name, password, refusal, name again: enough to see a dictionary being tried, and never a way in.
    private static String prompt(Talk talk, String said) {
        if (said.indexOf('\n') < 0 && said.indexOf('\r') < 0) {
            return "";
        }
        talk.password = !talk.password;
        return talk.password ? "Password: " : "\r\nLogin incorrect\r\nlogin: ";
    }

    private static String acknowledge(String said) {
        if (said.startsWith("PING")) {
            return "PONG" + firstLine(said.substring(4)) + "\r\n";
        }
        int nick = said.indexOf("NICK ");
        if (nick >= 0 && said.contains("USER ")) {
            return ":gw 001 " + firstLine(said.substring(nick + 5)) + " :Welcome\r\n";
        }
        return said.chars()
                        .allMatch(c -> c >= ' ' && c < 127 || c == '\n' || c == '\r' || c == '\t')
                ? "OK\r\n"
                : "";
    }

    private static String firstLine(String text) {
        int end = 0;
        while (end < text.length() && end < 64 && text.charAt(end) >= ' ') {
            end++;
        }
        return text.substring(0, end);
    }

    private void resolve(Wire wire) {
        for (int k = 0; k < 64; k++) {
            byte[] question = wire.question(dns);
            if (question.length == 0) {
                return;
            }
            byte[] answer = answerTo(question);
            if (answer.length > 0) {
                wire.reply(dns, answer);
            }
        }
    }

    /// The answer to one DNS question, empty when it is none: an address for A, "no such record" for other types.
    byte[] answerTo(byte[] question) {
        int at = 12;
        StringBuilder name = new StringBuilder();
        while (at < question.length && question[at] != 0) {
            int label = question[at] & 255;
            if (label > 63 || at + 1 + label > question.length) {
                return new byte[0];
            }
            name.append(new String(question, at + 1, label, StandardCharsets.ISO_8859_1))
                    .append('.');
            at += 1 + label;
        }
        if (at + 5 > question.length || (question[2] & 0x80) != 0) {
            return new byte[0];
        }
        boolean address = question[at + 1] == 0 && question[at + 2] == 1;
        int end = at + 5;
        byte[] answer = new byte[end + (address ? 16 : 0)];
        System.arraycopy(question, 0, answer, 0, end);
        answer[2] = (byte) 0x81;
        answer[3] = (byte) 0x80;
        answer[5] = 1;
        answer[7] = (byte) (address ? 1 : 0);
        java.util.Arrays.fill(answer, 8, 12, (byte) 0);
        if (address) {
            int host =
                    names.size() < MAX_NAMES || names.containsKey(name.toString())
                            ? names.computeIfAbsent(name.toString(), _ -> 10 + names.size())
                            : 250;
            byte[] record = {
                (byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, (byte) 203, 0, 113, (byte) host
            };
            System.arraycopy(record, 0, answer, end, record.length);
        }
        return answer;
    }

    /// Message buffers of the one thread, and the calls that use them.
    private static final class Wire {
        private final Kernel kernel;
        private final MemorySegment data;
        private final MemorySegment address;
        private final MemorySegment length;
        private final MemorySegment control;
        private final MemorySegment part;
        private final MemorySegment message;
        private final MemorySegment event;

        Wire(Kernel kernel, Arena arena) {
            this.kernel = kernel;
            data = arena.allocate(4_096, 8);
            address = arena.allocate(SOCKADDR_IN6, 8);
            length = arena.allocate(4, 4);
            control = arena.allocate(64, 8);
            part = arena.allocate(16, 8);
            event = arena.allocate(12, 8);
            message = arena.allocate(56, 8);
            message.set(ValueLayout.JAVA_LONG, 0, address.address());
            message.set(ValueLayout.JAVA_LONG, 16, part.address());
            message.set(ValueLayout.JAVA_LONG, 24, 1);
            message.set(ValueLayout.JAVA_LONG, 32, control.address());
            part.set(ValueLayout.JAVA_LONG, 0, data.address());
        }

        void watch(int poll, int socket) {
            event.set(ValueLayout.JAVA_INT, 0, EPOLLIN);
            event.set(ValueLayout.JAVA_INT, 4, socket);
            kernel.call(Kernel.EPOLL_CTL, poll, ADD, socket, event.address(), 0, 0);
        }

        int localPort(int socket) {
            length.set(ValueLayout.JAVA_INT, 0, SOCKADDR_IN6);
            kernel.call(51, socket, address.address(), length.address());
            return Short.toUnsignedInt(Short.reverseBytes(address.get(ValueLayout.JAVA_SHORT, 2)));
        }

        int receive(int socket) {
            return (int) kernel.call(Kernel.RECVFROM, socket, data.address(), data.byteSize());
        }

        void drain(int socket) {
            for (int k = 0; k < 64 && receive(socket) >= 0; k++) {
                continue;
            }
        }

        String text(int count) {
            byte[] bytes = data.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }

        void send(int socket, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
            kernel.call(Kernel.SENDTO, socket, data.address(), bytes.length, MSG_NOSIGNAL, 0, 0);
        }

        /// One datagram; the asker's address and the address that was asked stay in the message for [#reply].
        byte[] question(int socket) {
            message.set(ValueLayout.JAVA_INT, 8, SOCKADDR_IN6);
            message.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
            part.set(ValueLayout.JAVA_LONG, 8, data.byteSize());
            int count = (int) kernel.call(Kernel.RECVMSG, socket, message.address(), 0);
            return count <= 0 ? new byte[0] : data.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        }

        /// Answers from the address that was asked: the control message received is the one to send, without its
        /// interface.
        void reply(int socket, byte[] answer) {
            MemorySegment.copy(answer, 0, data, ValueLayout.JAVA_BYTE, 0, answer.length);
            part.set(ValueLayout.JAVA_LONG, 8, answer.length);
            control.set(ValueLayout.JAVA_INT, 32, 0);
            message.set(ValueLayout.JAVA_LONG, 40, 40);
            kernel.call(Kernel.SENDMSG, socket, message.address(), MSG_NOSIGNAL);
        }
    }
}
