package teiten.sample;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The facts of a file as the one JSON object that users' scripts rely on (docs/reference/sample.md).
///
/// Yes-or-no answers are `true`, `false` or `"unknown"`; every other answer that is missing is `"unknown"`.
public final class SampleJson {
    private SampleJson() {}

    /// Keys in their documented order; values are strings, numbers, booleans, lists and maps.
    public static Map<String, Object> of(String file, SampleFacts facts) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", file);
        json.put("sha256", facts.hashes().sha256());
        json.put("kind", facts.content().kind());
        switch (facts.content()) {
            case SampleFacts.Elf(ElfFacts elf) -> elf(json, elf);
            case SampleFacts.Script(_), SampleFacts.Archive(_), SampleFacts.Other(_) -> noElf(json);
        }
        json.put("anomalies", facts.anomalies().stream().map(Anomaly::line).toList());
        json.put("strings", strings(facts.strings()));
        json.put("tlsh", facts.hashes().tlsh().value());
        json.put("md5", facts.hashes().md5());
        json.put("sha1", facts.hashes().sha1());
        json.put("size", facts.size());
        json.put("whole", facts.whole());
        json.put("entropy", rounded(facts.entropy()));
        json.put("xor_tables", facts.xorTables().stream().map(SampleJson::table).toList());
        Map<String, Object> traces = new LinkedHashMap<>();
        traces.put("compilers", found(facts.traces().compilers()));
        traces.put("libraries", found(facts.traces().libraries()));
        json.put("traces", traces);
        json.put("families", facts.families().stream().map(SampleJson::hit).toList());
        switch (facts.content()) {
            case SampleFacts.Elf(ElfFacts elf) -> elfDetails(json, elf);
            case SampleFacts.Script(ScriptFacts script) -> json.put("script", script(script));
            case SampleFacts.Archive(ArchiveFacts archive) -> json.put("archive", archive(archive));
            case SampleFacts.Other(String what) -> json.put("what", what);
        }
        return json;
    }

    private static void elf(Map<String, Object> json, ElfFacts elf) {
        json.put("cpu", elf.cpu().family().label());
        json.put("class", elf.elfClass().value());
        json.put("endianness", elf.endianness().value());
        json.put("type", elf.type().value());
        json.put("machine", elf.machine().value());
        json.put("flags", elf.flags().value());
        json.put("isa", elf.cpu().isa().value());
        json.put("float", elf.cpu().floatAbi().value());
        json.put("static", yesNo(elf.staticallyLinked()));
        json.put("stripped", yesNo(elf.stripped()));
        json.put("packed", yesNo(elf.packing().answer()));
        json.put("header_lies", elf.elfClass().isKnown() ? elf.headerLies() : Fact.UNKNOWN);
    }

    private static void noElf(Map<String, Object> json) {
        for (String key :
                List.of(
                        "cpu",
                        "class",
                        "endianness",
                        "type",
                        "machine",
                        "flags",
                        "isa",
                        "float",
                        "static",
                        "stripped",
                        "packed",
                        "header_lies")) {
            json.put(key, Fact.UNKNOWN);
        }
    }

    private static void elfDetails(Map<String, Object> json, ElfFacts elf) {
        json.put("flags_text", elf.flagsText().value());
        json.put("abi", elf.cpu().abi().value());
        json.put("be8", elf.cpu().be8());
        json.put("os_abi", elf.osAbi().value());
        json.put("interpreter", elf.interpreter().value());
        json.put("needed", elf.needed());
        json.put("build_id", elf.buildId().value());
        json.put("sections", elf.sections());
        json.put("packer", elf.packing().packer());
        json.put("packing_signs", elf.packing().evidence());
        json.put(
                "unpacked_bytes",
                elf.packing().originalBytes() < 0 ? Fact.UNKNOWN : elf.packing().originalBytes());
        json.put("header_evidence", elf.evidence());
        json.put("corrections", elf.corrections().stream().map(SampleJson::patch).toList());
        json.put("segments", elf.segments().stream().limit(64).map(SampleJson::segment).toList());
        json.put("facts", facts(elf));
    }

    /// Where each fact stands and how far it can be trusted.
    private static Map<String, Object> facts(ElfFacts elf) {
        Map<String, Object> facts = new LinkedHashMap<>();
        named(elf).forEach((name, fact) -> facts.put(name, fact(fact)));
        return facts;
    }

    /// Every single fact of an ELF file by its JSON name, in the order in which people read them.
    public static Map<String, Fact> named(ElfFacts elf) {
        Map<String, Fact> named = new LinkedHashMap<>();
        named.put("class", elf.elfClass());
        named.put("endianness", elf.endianness());
        named.put("type", elf.type());
        named.put("machine", elf.machine());
        named.put("flags", elf.flags());
        named.put("isa", elf.cpu().isa());
        named.put("float", elf.cpu().floatAbi());
        named.put("abi", elf.cpu().abi());
        named.put("os_abi", elf.osAbi());
        named.put("static", elf.staticallyLinked());
        named.put("stripped", elf.stripped());
        named.put("interpreter", elf.interpreter());
        named.put("build_id", elf.buildId());
        named.put("packed", elf.packing().answer());
        return named;
    }

    private static Map<String, Object> fact(Fact fact) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("value", fact.value());
        switch (fact) {
            case Fact.Known(_, String where, Trust trust) -> {
                json.put("where", where);
                json.put("trust", trust.name().toLowerCase(Locale.ROOT));
            }
            case Fact.Unknown(String why) -> json.put("why", why);
        }
        return json;
    }

    private static Object yesNo(Fact fact) {
        return fact.is("yes") ? Boolean.TRUE : fact.is("no") ? Boolean.FALSE : Fact.UNKNOWN;
    }

    private static Map<String, Object> patch(Patch patch) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("field", patch.field());
        json.put("offset", patch.offset());
        json.put("length", patch.length());
        json.put("value", patch.value());
        return json;
    }

    private static Map<String, Object> segment(Segment segment) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", segment.typeName());
        json.put("permissions", segment.permissions());
        json.put("offset", Long.toUnsignedString(segment.offset()));
        json.put("address", "0x" + Long.toHexString(segment.virtualAddress()));
        json.put("file_bytes", Long.toUnsignedString(segment.fileBytes()));
        json.put("memory_bytes", Long.toUnsignedString(segment.memoryBytes()));
        json.put("present", segment.present());
        json.put("entropy", rounded(segment.entropy()));
        return json;
    }

    private static Map<String, Object> strings(StringFacts strings) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("urls", found(strings.urls()));
        json.put("addresses", found(strings.addresses()));
        json.put("hosts", found(strings.hosts()));
        json.put("ports", found(strings.ports()));
        json.put("user_agents", found(strings.userAgents()));
        json.put("shell", found(strings.shell()));
        json.put("paths", found(strings.paths()));
        json.put("credentials", found(strings.credentials()));
        json.put("seen", strings.seen());
        json.put("cut", strings.cut());
        return json;
    }

    private static List<Map<String, Object>> found(List<Found> all) {
        List<Map<String, Object>> json = new ArrayList<>(all.size());
        for (Found found : all) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("value", found.value());
            one.put("offset", found.offset());
            one.put("via", found.via());
            json.add(one);
        }
        return json;
    }

    private static Map<String, Object> table(XorTable table) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("key", String.format(Locale.ROOT, "0x%02x", table.key()));
        json.put("offset", table.offset());
        json.put("length", table.length());
        json.put("anchors", found(table.anchors()));
        json.put("entries", found(table.entries().stream().map(SampleJson::defanged).toList()));
        json.put("cut", table.cut());
        return json;
    }

    private static Found defanged(Found found) {
        return new Found(Defang.line(found.value()), found.offset(), found.via());
    }

    private static Map<String, Object> hit(FamilyHit hit) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("family", hit.family());
        json.put("rule", hit.rule());
        json.put("place", hit.place());
        json.put("needed", hit.needed());
        json.put("evidence", found(hit.evidence()));
        return json;
    }

    private static Map<String, Object> script(ScriptFacts script) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("interpreter", script.interpreter().value());
        json.put("urls", found(script.urls()));
        json.put("architectures", found(script.architectures()));
        json.put("tools", found(script.tools()));
        json.put("lines", script.lines());
        return json;
    }

    private static Map<String, Object> archive(ArchiveFacts archive) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", archive.format());
        json.put("unpacked_bytes", archive.unpackedBytes());
        json.put("cut", archive.cut());
        List<Map<String, Object>> members = new ArrayList<>();
        for (ArchiveFacts.Member member : archive.members()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", member.name());
            one.put("size", member.size());
            one.put("sha256", member.sha256().value());
            one.put("kind", member.kind());
            one.put("cpu", member.cpu().value());
            members.add(one);
        }
        json.put("members", members);
        return json;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
