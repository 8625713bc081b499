package teiten.sample.fetch;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Fetches one URL at a time, as a careful `wget` would.
///
/// A name is resolved once; if any of its addresses is not to be dialled, none is. The connection goes to the address
/// that was looked at (pinning), never to the name again. Each redirect is a new URL with the same checks. The body is
/// read up to the limit, kept in memory as bytes, never unpacked and never run.
///
/// We are scared of this part: it is the only one that dials what an attacker wrote.
public final class Fetcher {
    private final Reach reach;
    private final Names names;
    private final FetchLimits limits;
    private final Map<String, Integer> byHost = new HashMap<>();
    private int fetches;
    private long last;

    /// The name service.
    @FunctionalInterface
    interface Names {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    /// How one fetch ended.
    ///
    /// @param url the last one that was asked for, after redirects
    /// @param address the one that was dialled; empty when none was
    /// @param status of the last answer; 0 without one
    public record Result(
            Outcome outcome, String url, String address, int status, @Nullable Content content) {}

    /// A body, with identity.
    public static final class Content {
        private final byte[] bytes;

        Content(byte[] bytes) {
            this.bytes = bytes;
        }

        public byte[] bytes() {
            return bytes.clone();
        }
    }

    private static final class Ended extends Exception {
        private static final long serialVersionUID = 1;
        private final Outcome outcome;

        Ended(Outcome outcome) {
            super(null, null, false, false);
            this.outcome = outcome;
        }
    }

    public Fetcher(PublicInternet reach, FetchLimits limits) {
        this(reach, limits, InetAddress::getAllByName);
    }

    Fetcher(Reach reach, FetchLimits limits, Names names) {
        this.reach = reach;
        this.limits = limits;
        this.names = names;
    }

    /// Fetches one URL.
    public Result fetch(String url) throws InterruptedException {
        Target target = Target.of(url);
        if (target == null) {
            return new Result(Outcome.REFUSED_URL, url, "", 0, null);
        }
        if (fetches >= limits.most()
                || byHost.merge(target.host(), 1, Integer::sum) > limits.perHost()) {
            return new Result(Outcome.REFUSED_RATE, target.toString(), "", 0, null);
        }
        fetches++;
        pace();
        long end = System.nanoTime() + limits.whole().toNanos();
        String dialled = "";
        int status = 0;
        try {
            for (int i = 0; i <= limits.redirects(); i++) {
                InetAddress address = pinned(target);
                dialled = address.getHostAddress();
                HttpAnswer answer = ask(target, address, end);
                status = answer.status();
                if (answer.location() == null) {
                    Outcome outcome = status == 200 ? Outcome.FETCHED : Outcome.NO_FILE;
                    Content body = status == 200 ? new Content(answer.body().bytes()) : null;
                    return new Result(outcome, target.toString(), dialled, status, body);
                }
                Target next = target.redirect(answer.location());
                if (next == null) {
                    throw new Ended(Outcome.REFUSED_URL);
                }
                target = next;
            }
            throw new Ended(Outcome.REFUSED_REDIRECTS);
        } catch (Ended ended) {
            return new Result(ended.outcome, target.toString(), dialled, status, null);
        }
    }

    private void pace() throws InterruptedException {
        long wait = fetches == 1 ? 0 : last + limits.between().toNanos() - System.nanoTime();
        if (wait > 0) {
            Thread.sleep(Duration.ofNanos(wait));
        }
        last = System.nanoTime();
    }

    /// The address to dial: the first, if all may be dialled.
    private InetAddress pinned(Target target) throws Ended {
        InetAddress[] all;
        try {
            all = addresses(target.host());
        } catch (UnknownHostException _) {
            throw new Ended(Outcome.NO_SUCH_NAME);
        }
        for (InetAddress one : all) {
            if (!reach.allows(ip(one), target.port())) {
                throw new Ended(Outcome.REFUSED_ADDRESS);
            }
        }
        if (all.length == 0) {
            throw new Ended(Outcome.NO_SUCH_NAME);
        }
        return all[0];
    }

    private InetAddress[] addresses(String host) throws UnknownHostException {
        try {
            return new InetAddress[] {InetAddress.ofLiteral(IpAddress.parse(host).toString())};
        } catch (IllegalArgumentException _) {
            return names.of(host);
        }
    }

    static IpAddress ip(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == 4
                ? IpAddress.v4(bytes.getInt())
                : new IpAddress(bytes.getLong(), bytes.getLong());
    }

    private HttpAnswer ask(Target target, InetAddress address, long end) throws Ended {
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            int patience = Math.min(left(end), Math.toIntExact(limits.connect().toMillis()));
            try {
                socket.connect(new InetSocketAddress(address, target.port()), patience);
            } catch (IOException _) {
                throw new Ended(Outcome.NO_ANSWER);
            }
            Socket wire = target.secure() ? secured(socket, target, end) : socket;
            String request =
                    "GET "
                            + target.path()
                            + " HTTP/1.1\r\nHost: "
                            + target.authority()
                            + "\r\nUser-Agent: Wget\r\nAccept: */*\r\nAccept-Encoding: identity"
                            + "\r\nConnection: close\r\n\r\n";
            wire.setSoTimeout(left(end));
            wire.getOutputStream()
                    .write(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            wire.getOutputStream().flush();
            return read(new HttpAnswer.Reader(timed(wire, end), limits.bytes()));
        } catch (SocketTimeoutException _) {
            throw new Ended(Outcome.TOO_SLOW);
        } catch (IOException _) {
            throw new Ended(Outcome.CUT);
        }
    }

    private static HttpAnswer read(HttpAnswer.Reader reader) throws Ended, IOException {
        return switch (reader.read()) {
            case HttpAnswer.Read.Whole whole -> whole.answer();
            case HttpAnswer.Read.Broken broken -> throw new Ended(broken.why());
        };
    }

    private static Socket secured(Socket socket, Target target, long end)
            throws IOException, Ended {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket wire =
                (SSLSocket) factory.createSocket(socket, target.host(), target.port(), true);
        SSLParameters parameters = wire.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        wire.setSSLParameters(parameters);
        wire.setSoTimeout(left(end));
        wire.startHandshake();
        return wire;
    }

    private static int left(long end) throws Ended {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new Ended(Outcome.TOO_SLOW);
        }
        return Math.toIntExact(Math.min(millis, Integer.MAX_VALUE));
    }

    /// The connection's input, each read with no more patience than the whole fetch has left.
    private static InputStream timed(Socket wire, long end) throws IOException {
        InputStream in = wire.getInputStream();
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int count) throws IOException {
                long millis = (end - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    throw new SocketTimeoutException();
                }
                wire.setSoTimeout(Math.toIntExact(Math.min(millis, Integer.MAX_VALUE)));
                return in.read(into, offset, count);
            }
        };
    }
}
