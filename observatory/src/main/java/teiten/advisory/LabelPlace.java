package teiten.advisory;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/// A place for a few words; its width is a guess that is rather too wide.
record LabelPlace(double x, double y, String anchor) {
    private static final double WIDE = 82;
    private static final double HIGH = 14;

    static List<LabelPlace> around(double a, double b, double y, Rectangle2D area) {
        List<LabelPlace> places = new ArrayList<>();
        for (double base : new double[] {y + 14, y - 6}) {
            if (base < area.getMaxY() - 2 && base - HIGH > 0) {
                double middle = (a + b) / 2;
                places.add(
                        new LabelPlace(
                                Math.clamp(
                                        middle,
                                        area.getMinX() + WIDE / 2,
                                        area.getMaxX() - WIDE / 2),
                                base,
                                "middle"));
                places.add(new LabelPlace(Math.min(a, area.getMaxX() - WIDE), base, "start"));
                places.add(new LabelPlace(Math.max(b, area.getMinX() + WIDE), base, "end"));
            }
        }
        return places;
    }

    boolean covers(double px, double py) {
        double left = anchor.equals("start") ? x : anchor.equals("end") ? x - WIDE : x - WIDE / 2;
        return px > left && px < left + WIDE && py > y - HIGH && py < y + 4;
    }
}
