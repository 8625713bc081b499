package teiten.cli;

import teiten.sample.Anomaly;
import teiten.sample.ArchiveFacts;
import teiten.sample.Defang;
import teiten.sample.ElfFacts;
import teiten.sample.Fact;
import teiten.sample.FamilyHit;
import teiten.sample.Found;
import teiten.sample.SampleFacts;
import teiten.sample.SampleJson;
import teiten.sample.ScriptFacts;
import teiten.sample.Segment;
import teiten.sample.StringFacts;
import teiten.sample.XorTable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One file's facts for a person: 80 columns, each fact with its place, nothing from the file that a terminal would obey.
final class SampleSheet {
    private static final int WIDTH = 80;
    private static final int NAME = 13;
    private static final int MOST_SHOWN = 8;

    private final List<String> lines = new ArrayList<>();

    private SampleSheet() {}

    static List<String> of(String file, SampleFacts facts) {
        SampleSheet sheet = new SampleSheet();
        sheet.lines.add(Print.safe(file));
        sheet.row("kind", facts.content().kind() + kindDetail(facts.content()));
        sheet.row(
                "size",
                String.format(
                        Locale.ROOT,
                        "%,d bytes, entropy %.2f bits a byte",
                        facts.size(),
                        facts.entropy()));
        sheet.row("sha256", facts.hashes().sha256());
        sheet.row("md5", facts.hashes().md5());
        sheet.row("sha1", facts.hashes().sha1());
        sheet.row(
                "tlsh",
                facts.hashes().tlsh() instanceof Fact.Unknown(String why)
                        ? "unknown: " + why
                        : facts.hashes().tlsh().value());
        switch (facts.content()) {
            case SampleFacts.Elf(ElfFacts elf) -> sheet.elf(elf);
            case SampleFacts.Script(ScriptFacts script) -> sheet.script(script);
            case SampleFacts.Archive(ArchiveFacts archive) -> sheet.archive(archive);
            case SampleFacts.Other(_) -> {}
        }
        sheet.found("compiler", facts.traces().compilers());
        sheet.found("library", facts.traces().libraries());
        sheet.strings(facts.strings());
        for (XorTable table : facts.xorTables()) {
            sheet.xor(table);
        }
        for (FamilyHit hit : facts.families()) {
            sheet.family(hit);
        }
        for (Anomaly anomaly : facts.anomalies()) {
            sheet.row("anomaly", anomaly.line());
        }
        return sheet.lines;
    }

    private static String kindDetail(SampleFacts.Content content) {
        return switch (content) {
            case SampleFacts.Other(String what) -> ": " + what;
            case SampleFacts.Archive(ArchiveFacts archive) -> ": " + archive.format();
            case SampleFacts.Elf(_), SampleFacts.Script(_) -> "";
        };
    }

    private void elf(ElfFacts elf) {
        row(
                "cpu",
                elf.cpu().family().label()
                        + (elf.cpu().be8() ? " (BE8)" : "")
                        + ", "
                        + elf.elfClass().value()
                        + ", "
                        + elf.endianness().value()
                        + " endian");
        for (Map.Entry<String, Fact> fact : SampleJson.named(elf).entrySet()) {
            String name = fact.getKey();
            switch (fact.getValue()) {
                case Fact.Known(String value, String where, var trust) ->
                        row(
                                name,
                                value
                                        + (name.equals("flags") ? words(elf.flagsText()) : "")
                                        + "   ["
                                        + where
                                        + "; "
                                        + trust.words()
                                        + "]");
                case Fact.Unknown(String why) -> row(name, "unknown: " + why);
            }
        }
        if (elf.headerLies()) {
            row("header lies", elf.evidence());
        }
        if (!elf.packing().packer().isEmpty()) {
            row(
                    "packer",
                    elf.packing().packer() + ": " + String.join("; ", elf.packing().evidence()));
        }
        if (!elf.needed().isEmpty()) {
            row("needs", String.join(", ", elf.needed()));
        }
        for (Segment segment :
                elf.segments().stream().filter(Segment::isLoad).limit(MOST_SHOWN).toList()) {
            row(
                    "segment",
                    String.format(
                            Locale.ROOT,
                            "%s %s at 0x%x, %s bytes (%s in memory), entropy %.2f",
                            segment.typeName(),
                            segment.permissions(),
                            segment.offset(),
                            Long.toUnsignedString(segment.fileBytes()),
                            Long.toUnsignedString(segment.memoryBytes()),
                            segment.entropy()));
        }
    }

    private static String words(Fact flagsText) {
        return flagsText.isKnown() ? " (" + flagsText.value() + ")" : "";
    }

    private void script(ScriptFacts script) {
        row(
                "interpreter",
                script.interpreter() instanceof Fact.Unknown(String why)
                        ? "unknown: " + why
                        : script.interpreter().value());
        row("lines", Integer.toString(script.lines()));
        row("tools", joined(script.tools()));
        row("CPU order", joined(script.architectures()));
        found("fetches", script.urls());
    }

    private static String joined(List<Found> all) {
        return all.isEmpty() ? "none" : String.join(", ", all.stream().map(Found::value).toList());
    }

    private void archive(ArchiveFacts archive) {
        row(
                "members",
                archive.members().size()
                        + ", "
                        + archive.unpackedBytes()
                        + " bytes unpacked"
                        + (archive.cut() ? ", cut at a bound" : ""));
        for (ArchiveFacts.Member member : archive.members().stream().limit(20).toList()) {
            row(
                    "  member",
                    member.name()
                            + ": "
                            + member.kind()
                            + (member.cpu().isKnown() ? " " + member.cpu().value() : "")
                            + ", "
                            + member.size()
                            + " bytes, "
                            + member.sha256().value());
        }
    }

    private void strings(StringFacts strings) {
        found("URL", strings.urls());
        found("address", strings.addresses());
        found("host", strings.hosts());
        found("port", strings.ports());
        found("user agent", strings.userAgents());
        found("shell", strings.shell());
        found("path", strings.paths());
        if (!strings.credentials().isEmpty()) {
            row(
                    "credentials",
                    strings.credentials().size()
                            + " words in tables, from 0x"
                            + Long.toHexString(strings.credentials().get(0).offset())
                            + ": "
                            + joined(strings.credentials()));
        }
    }

    private void xor(XorTable table) {
        row(
                "hidden text",
                String.format(
                        Locale.ROOT,
                        "XOR with 0x%02x at 0x%x, %d bytes, %d entries; given away by %s",
                        table.key(),
                        table.offset(),
                        table.length(),
                        table.entries().size(),
                        joined(table.anchors())));
        for (Found entry : table.entries().stream().limit(20).toList()) {
            row("", "0x" + Long.toHexString(entry.offset()) + " " + Defang.line(entry.value()));
        }
    }

    private void family(FamilyHit hit) {
        List<String> evidence = new ArrayList<>();
        for (Found found : hit.evidence()) {
            evidence.add(
                    "\""
                            + found.value()
                            + "\" at 0x"
                            + Long.toHexString(found.offset())
                            + " ("
                            + found.via()
                            + ")");
        }
        row(
                "family",
                "kin of "
                        + hit.family()
                        + ": rule "
                        + hit.rule()
                        + " ("
                        + hit.place()
                        + "), "
                        + hit.evidence().size()
                        + " texts, "
                        + hit.needed()
                        + " needed: "
                        + String.join(", ", evidence));
    }

    private void found(String name, List<Found> all) {
        for (Found found : all.subList(0, Math.min(MOST_SHOWN, all.size()))) {
            row(
                    name,
                    found.value()
                            + "   [0x"
                            + Long.toHexString(found.offset())
                            + (found.via().equals("plain") ? "" : ", " + found.via())
                            + "]");
        }
        if (all.size() > MOST_SHOWN) {
            row("", "... and " + (all.size() - MOST_SHOWN) + " more (--json shows all)");
        }
    }

    /// Wraps at 80 columns; everything is made harmless here, at the one door.
    private void row(String name, String text) {
        String left = "  " + name + " ".repeat(Math.max(1, NAME - name.length()));
        String rest = Print.safe(text);
        int room = WIDTH - left.length();
        while (true) {
            if (rest.length() <= room) {
                lines.add((left + rest).stripTrailing());
                return;
            }
            int cut = rest.lastIndexOf(' ', room);
            if (cut < room / 2) {
                cut = room;
            }
            lines.add((left + rest.substring(0, cut)).stripTrailing());
            rest = rest.substring(cut).stripLeading();
            left = " ".repeat(left.length());
        }
    }
}
