package teiten.decoy.applet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Short options as `getopt` reads them; long options are kept whole under their name.
final class Options {
    private final Map<String, String> values = new HashMap<>();
    private final List<String> operands = new ArrayList<>();

    /// @param takesValue the letters whose option takes a value
    static Options of(List<String> args, String takesValue) {
        Options options = new Options();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.equals("--")) {
                options.operands.addAll(args.subList(i + 1, args.size()));
                break;
            }
            if (arg.startsWith("--")) {
                int equals = arg.indexOf('=');
                options.values.put(
                        equals < 0 ? arg.substring(2) : arg.substring(2, equals),
                        equals < 0 ? "" : arg.substring(equals + 1));
            } else if (arg.startsWith("-") && arg.length() > 1) {
                for (int k = 1; k < arg.length(); k++) {
                    String letter = arg.substring(k, k + 1);
                    if (takesValue.contains(letter)) {
                        String rest = arg.substring(k + 1);
                        if (rest.isEmpty() && i + 1 < args.size()) {
                            rest = args.get(++i);
                        }
                        options.values.put(letter, rest);
                        break;
                    }
                    options.values.put(letter, "");
                }
            } else {
                options.operands.add(arg);
            }
        }
        return options;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String value(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /// A number such as `10`, `4k`, `1M`; `otherwise` when it is none.
    long number(String name, long otherwise) {
        return number0(values.getOrDefault(name, ""), otherwise);
    }

    static long number0(String text, long otherwise) {
        char unit = text.isEmpty() ? '0' : text.charAt(text.length() - 1);
        long factor =
                switch (unit) {
                    case 'k', 'K' -> 1024;
                    case 'm', 'M' -> 1 << 20;
                    case 'b' -> 512;
                    case 'w' -> 2;
                    default -> 1;
                };
        boolean suffixed = factor > 1 || unit == 'c';
        String digits = suffixed ? text.substring(0, text.length() - 1) : text;
        try {
            return digits.length() > 12 ? otherwise : Long.parseLong(digits) * factor;
        } catch (NumberFormatException _) {
            return otherwise;
        }
    }

    List<String> operands() {
        return operands;
    }
}
