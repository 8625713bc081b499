package teiten.decoy.applet;

import teiten.decoy.device.Device;
import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Call;
import teiten.decoy.shell.Output;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Applets about the network. None of them sends anything: the device's own settings are shown, and what would have
/// gone out is recorded or answered with silence.
final class NetApplets {
    private NetApplets() {}

    static void install(Map<String, Applet> all) {
        all.put("ifconfig", NetApplets::ifconfig);
        all.put("ip", NetApplets::ip);
        all.put("route", NetApplets::route);
        all.put("netstat", NetApplets::netstat);
        all.put(
                "arp",
                call ->
                        say(
                                call,
                                "? ("
                                        + net(call).gateway()
                                        + ") at 00:19:5b:4e:21:9a [ether]  on "
                                        + net(call).interfaceName()));
        all.put("arping", NetApplets::unanswered);
        all.put("ping", NetApplets::ping);
        all.put("traceroute", NetApplets::unanswered);
        all.put("nslookup", NetApplets::nslookup);
        all.put("telnet", NetApplets::unanswered);
        all.put("nc", NetApplets::unanswered);
        all.put("iptables", _ -> 0);
        Downloads.install(all);
    }

    private static Device.Network net(Call call) {
        return call.shell().device().network();
    }

    private static int say(Call call, String line) {
        call.print(line + "\n");
        return 0;
    }

    private static int ifconfig(Call call) {
        if (call.args().size() > 1) {
            return 0;
        }
        Device.Network n = net(call);
        String broadcast = n.address().substring(0, n.address().lastIndexOf('.')) + ".255";
        if (call.args().isEmpty()
                || call.args().getFirst().equals(n.interfaceName())
                || call.args().getFirst().equals("-a")) {
            call.print(
                    String.format(
                            Locale.ROOT,
                            "%-9s Link encap:Ethernet  HWaddr %s  %n          inet addr:%s "
                                + " Bcast:%s  Mask:255.255.255.0%n          UP BROADCAST RUNNING"
                                + " MULTICAST  MTU:1500  Metric:1%n          RX packets:1128733"
                                + " errors:0 dropped:0 overruns:0 frame:0%n          TX"
                                + " packets:730118 errors:0 dropped:0 overruns:0 carrier:0%n       "
                                + "   collisions:0 txqueuelen:1000 %n          RX bytes:88125034"
                                + " (84.0 MiB)  TX bytes:51330087 (48.9 MiB)%n%n",
                            n.interfaceName(),
                            n.mac().toUpperCase(Locale.ROOT),
                            n.address(),
                            broadcast));
        }
        if (call.args().isEmpty()
                || call.args().getFirst().equals("lo")
                || call.args().getFirst().equals("-a")) {
            call.print(
                    """
                    lo        Link encap:Local Loopback \s
                              inet addr:127.0.0.1  Mask:255.0.0.0
                              UP LOOPBACK RUNNING  MTU:16436  Metric:1
                              RX packets:712 errors:0 dropped:0 overruns:0 frame:0
                              TX packets:712 errors:0 dropped:0 overruns:0 carrier:0
                              collisions:0 txqueuelen:0\s
                              RX bytes:61824 (60.3 KiB)  TX bytes:61824 (60.3 KiB)

                    """);
        }
        return 0;
    }

    private static int ip(Call call) {
        Device.Network n = net(call);
        String what = call.args().isEmpty() ? "" : call.args().getFirst();
        if (what.startsWith("r")) {
            return say(call, "default via " + n.gateway() + " dev " + n.interfaceName() + " ");
        }
        if (what.startsWith("a") || what.startsWith("l")) {
            return say(
                    call,
                    "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 16436 qdisc noqueue \n"
                            + "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
                            + "    inet 127.0.0.1/8 scope host lo\n"
                            + "2: "
                            + n.interfaceName()
                            + ": <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast qlen"
                            + " 1000\n"
                            + "    link/ether "
                            + n.mac()
                            + " brd ff:ff:ff:ff:ff:ff\n    inet "
                            + n.address()
                            + "/24 scope global "
                            + n.interfaceName());
        }
        return Usage.show(call);
    }

    private static int route(Call call) {
        Device.Network n = net(call);
        return say(
                call,
                "Kernel IP routing table\n"
                        + "Destination     Gateway         Genmask         Flags Metric Ref    Use"
                        + " Iface\n"
                        + String.format(
                                Locale.ROOT,
                                "%-16s%-16s%-16sU     0      0        0 %s%n",
                                n.address().substring(0, n.address().lastIndexOf('.')) + ".0",
                                "*",
                                "255.255.255.0",
                                n.interfaceName())
                        + String.format(
                                Locale.ROOT,
                                "%-16s%-16s%-16sUG    0      0        0 %s",
                                "default",
                                n.gateway(),
                                "0.0.0.0",
                                n.interfaceName()));
    }

    private static int netstat(Call call) {
        StringBuilder out =
                new StringBuilder(
                        "Active Internet connections (servers and established)\n"
                            + "Proto Recv-Q Send-Q Local Address           Foreign Address        "
                            + " State       \n");
        for (String port : List.of("23", "80")) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "tcp        0      0 %-23s %-23s LISTEN      %n",
                            "0.0.0.0:" + port,
                            "0.0.0.0:*"));
        }
        call.print(out.toString());
        return 0;
    }

    private static boolean isAddress(String host) {
        return host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }

    private static int ping(Call call) {
        List<String> operands = Options.of(call.args(), "csWwIi").operands();
        if (operands.isEmpty()) {
            return Usage.show(call);
        }
        String host = operands.getFirst();
        if (!isAddress(host)) {
            return call.fail("bad address '" + host + "'");
        }
        call.print("PING " + host + " (" + host + "): 56 data bytes\n");
        call.shell().world().terminal().pause(3000);
        call.print(
                "\n--- "
                        + host
                        + " ping statistics ---\n"
                        + "4 packets transmitted, 0 packets received, 100% packet loss\n");
        return 1;
    }

    private static int nslookup(Call call) {
        if (call.args().isEmpty()) {
            return Usage.show(call);
        }
        call.print(
                "Server:    "
                        + net(call).gateway()
                        + "\nAddress 1: "
                        + net(call).gateway()
                        + "\n\n");
        return call.fail("can't resolve '" + call.args().getFirst() + "'");
    }

    /// A connection that nobody answers. What it was for is recorded when it names a host and a port.
    private static int unanswered(Call call) {
        List<String> operands = Options.of(call.args(), "wilpes").operands();
        if (operands.isEmpty()) {
            return Usage.show(call);
        }
        String host = operands.getFirst();
        if (operands.size() > 1) {
            String path = call.io().out() instanceof Output.Screen ? "" : "-";
            call.shell()
                    .world()
                    .witness()
                    .download(
                            call.name(),
                            "tcp://" + host + ":" + operands.get(1),
                            path,
                            call.args());
        }
        if (!isAddress(host)) {
            return call.fail("bad address '" + host + "'");
        }
        call.shell().world().terminal().pause(1500);
        return call.fail("can't connect to remote host (" + host + "): Connection timed out");
    }
}
