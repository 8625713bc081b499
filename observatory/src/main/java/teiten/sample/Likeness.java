package teiten.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Finds which of many samples are alike, and says why: the same bytes, a small TLSH distance, the same controller, or
/// several rare texts in common. Groups are what such links connect; a link is evidence, not a family.
///
/// Bounded: at most [#MOST] samples are compared with each other (the pairs grow with the square), each with at most
/// [#MOST_TEXTS] texts; a text that more than a tenth of the samples hold says nothing and makes no link.
public final class Likeness {
    public static final int MOST = 20_000;
    static final int MOST_TEXTS = 64;

    /// So many rare texts in common make a link.
    public static final int SHARED_TEXTS = 5;

    /// Two samples and what connects them.
    ///
    /// @param kind `same-bytes`, `tlsh`, `controller`, `texts`
    /// @param evidence in words, such as `TLSH distance 12` or the shared address, defanged
    public record Link(int from, int to, String kind, String evidence) {}

    /// Samples connected by links, by their index in the order of adding; at least two.
    public record Group(List<Integer> members, List<Link> links) {}

    /// What is kept of a sample; a class because equality of its bytes is not meant.
    private static final class Entry {
        private final String name;
        private final String sha256;
        private final byte[] tlsh;
        private final Set<String> controllers;
        private final Set<String> texts;

        Entry(String name, String sha256, byte[] tlsh, Set<String> controllers, Set<String> texts) {
            this.name = name;
            this.sha256 = sha256;
            this.tlsh = tlsh;
            this.controllers = controllers;
            this.texts = texts;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private long left;

    /// Takes one sample's facts; beyond [#MOST] it is only counted.
    public synchronized void add(String name, SampleFacts facts) {
        if (entries.size() >= MOST) {
            left++;
            return;
        }
        entries.add(
                new Entry(
                        name,
                        facts.hashes().sha256(),
                        TlshDistance.parse(facts.hashes().tlsh().value()),
                        controllers(facts),
                        texts(facts)));
    }

    /// Hosts and addresses in the sample's texts, defanged: what two samples can obey together.
    public static Set<String> controllers(SampleFacts facts) {
        StringFacts strings = facts.strings();
        Set<String> controllers = new TreeSet<>();
        for (List<Found> kind : List.of(strings.urls(), strings.addresses(), strings.hosts())) {
            for (Found found : kind) {
                if (controllers.size() < MOST_TEXTS) {
                    controllers.add(controller(found.value()));
                }
            }
        }
        return controllers;
    }

    /// Texts that two samples have in common when they come from one source: commands, user agents, paths, credentials.
    public static Set<String> texts(SampleFacts facts) {
        StringFacts strings = facts.strings();
        Set<String> texts = new TreeSet<>();
        for (List<Found> kind :
                List.of(
                        strings.shell(),
                        strings.userAgents(),
                        strings.paths(),
                        strings.credentials())) {
            for (Found found : kind) {
                if (texts.size() < MOST_TEXTS) {
                    texts.add(found.value());
                }
            }
        }
        return texts;
    }

    /// How many samples were not compared because of the bound.
    public synchronized long left() {
        return left;
    }

    public synchronized int size() {
        return entries.size();
    }

    public synchronized String name(int index) {
        return entries.get(index).name;
    }

    /// The host of a URL or an address without its port: what two samples can have in common.
    private static String controller(String defanged) {
        int from = defanged.indexOf("://");
        String host = from < 0 ? defanged : defanged.substring(from + 3);
        int end = 0;
        while (end < host.length() && "/?#:".indexOf(host.charAt(end)) < 0) {
            end++;
        }
        return host.substring(0, end);
    }

    /// The nearest neighbours of one sample by TLSH, nearest first, at most `most`, none beyond [TlshDistance#ALIKE].
    public synchronized List<Link> neighbours(int index, int most) {
        byte[] own = entries.get(index).tlsh;
        List<Link> links = new ArrayList<>();
        List<int[]> near = new ArrayList<>();
        for (int i = 0; i < entries.size() && own.length > 0; i++) {
            byte[] other = entries.get(i).tlsh;
            if (i != index && other.length > 0) {
                int distance = TlshDistance.between(own, other);
                if (distance <= TlshDistance.ALIKE) {
                    near.add(new int[] {distance, i});
                }
            }
        }
        near.sort(
                (a, b) -> a[0] != b[0] ? Integer.compare(a[0], b[0]) : Integer.compare(a[1], b[1]));
        for (int[] neighbour : near.subList(0, Math.min(most, near.size()))) {
            links.add(new Link(index, neighbour[1], "tlsh", "TLSH distance " + neighbour[0]));
        }
        return links;
    }

    /// All groups, largest first.
    public synchronized List<Group> groups() {
        int[] parent = new int[entries.size()];
        Arrays.setAll(parent, i -> i);
        List<Link> links = new ArrayList<>();
        sameBytes(parent, links);
        shared(parent, links, "controller", 1);
        shared(parent, links, "texts", SHARED_TEXTS);
        alike(parent, links);
        Map<Integer, List<Integer>> members = new LinkedHashMap<>();
        for (int i = 0; i < parent.length; i++) {
            members.computeIfAbsent(root(parent, i), _ -> new ArrayList<>()).add(i);
        }
        Map<Integer, List<Link>> why = new HashMap<>();
        for (Link link : links) {
            why.computeIfAbsent(root(parent, link.from()), _ -> new ArrayList<>()).add(link);
        }
        List<Group> groups = new ArrayList<>();
        members.forEach((root, all) -> {
            if (all.size() > 1) {
                groups.add(
                        new Group(
                                List.copyOf(all), List.copyOf(why.getOrDefault(root, List.of()))));
            }
        });
        groups.sort((a, b) -> Integer.compare(b.members().size(), a.members().size()));
        return groups;
    }

    private void sameBytes(int[] parent, List<Link> links) {
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            Integer before = first.putIfAbsent(entries.get(i).sha256, i);
            if (before != null) {
                join(parent, links, new Link(before, i, "same-bytes", "equal SHA-256"));
            }
        }
    }

    private void shared(int[] parent, List<Link> links, String kind, int needed) {
        boolean controllers = kind.equals("controller");
        Map<String, List<Integer>> holders = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            for (String text : controllers ? entries.get(i).controllers : entries.get(i).texts) {
                holders.computeIfAbsent(text, _ -> new ArrayList<>()).add(i);
            }
        }
        int common = Math.max(10, entries.size() / 10);
        Map<Integer, Map<Integer, List<String>>> pairs = new HashMap<>();
        holders.forEach((text, all) -> {
            if (all.size() > 1 && (all.size() <= common || controllers)) {
                // a chain to the first holder connects them all; every pair would be quadratic
                for (int i = 1; i < all.size(); i++) {
                    pairs.computeIfAbsent(all.get(0), _ -> new HashMap<>())
                            .computeIfAbsent(all.get(i), _ -> new ArrayList<>())
                            .add(text);
                }
            }
        });
        pairs.forEach((from, others) ->
                others.forEach((to, texts) -> {
                    if (texts.size() >= needed) {
                        texts.sort(String::compareTo);
                        String shown =
                                String.join(", ", texts.subList(0, Math.min(5, texts.size())));
                        join(
                                parent,
                                links,
                                new Link(from, to, kind, texts.size() + " in common: " + shown));
                    }
                }));
    }

    private void alike(int[] parent, List<Link> links) {
        Set<String> done = new HashSet<>();
        List<Integer> distinct = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).tlsh.length > 0 && done.add(entries.get(i).sha256)) {
                distinct.add(i);
            }
        }
        for (int a = 0; a < distinct.size(); a++) {
            byte[] left = entries.get(distinct.get(a)).tlsh;
            for (int b = a + 1; b < distinct.size(); b++) {
                int distance = TlshDistance.between(left, entries.get(distinct.get(b)).tlsh);
                if (distance <= TlshDistance.VERY_ALIKE) {
                    join(
                            parent,
                            links,
                            new Link(
                                    distinct.get(a),
                                    distinct.get(b),
                                    "tlsh",
                                    "TLSH distance " + distance));
                }
            }
        }
    }

    /// Keeps a link only when it connects what was apart: a spanning tree is evidence enough, and linear.
    private static void join(int[] parent, List<Link> links, Link link) {
        int a = root(parent, link.from());
        int b = root(parent, link.to());
        if (a != b) {
            parent[Math.max(a, b)] = Math.min(a, b);
            links.add(link);
        }
    }

    private static int root(int[] parent, int of) {
        int at = of;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }
}
