package teiten.decoy.files;

import java.util.List;

/// One line of `/proc/mounts`, which also decides where a visitor can write.
public record Mount(String device, String point, String type, String options) {
    public boolean writable() {
        return options.startsWith("rw") && !type.equals("proc") && !type.equals("sysfs");
    }

    public String line() {
        return device + " " + point + " " + type + " " + options + " 0 0";
    }

    /// The mount that a path lies on: the longest point that contains it.
    static Mount holding(List<Mount> mounts, String path) {
        Mount best = mounts.getFirst();
        for (Mount mount : mounts) {
            String point = mount.point();
            boolean within =
                    point.equals("/") || path.equals(point) || path.startsWith(point + "/");
            if (within && point.length() >= best.point().length()) {
                best = mount;
            }
        }
        return best;
    }
}
