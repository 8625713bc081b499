package teiten.advisory;

import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisSpace;
import org.jfree.chart.axis.DateAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.svg.SVGGraphics2D;

import teiten.store.Readings.Bucket;
import teiten.store.Readings.Series;
import teiten.store.Step;
import teiten.trend.Level;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The notice's graph as SVG: accesses per day and monitored address against time.
///
/// JFreeChart draws what has a shape: gaps, grid, line, medians. The words are ours, placed where its axes say and
/// anchored there (`text-anchor`), for two reasons: only the reader's browser knows how wide its font is, and a page must not
/// depend on which fonts the machine that wrote it has. So the same data give the same bytes everywhere, on a server
/// without any font too.
final class AccessChart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 262;
    private static final int LEFT = 52;
    private static final int RIGHT = 14;
    private static final int TOP = 24;
    private static final int BOTTOM = 26;

    // Blue and orange of Okabe and Ito's palette, darkened for print: told apart by every kind of
    // colour vision and,
    // by the dashes, without colour.
    private static final Color LINE = new Color(0x005A8F);
    private static final Color MEDIAN = new Color(0xA84300);
    private static final Color SHADE = new Color(0xDDDDDD);
    private static final Color GRID = new Color(0xC9CED3);

    private static final int MANY_POINTS = 70;

    private final Series series;
    private final Facts facts;
    private final Captions captions;
    private final String description;
    private final ZoneId zone;

    private AccessChart(Series series, Facts facts, Captions captions, String description) {
        this.series = series;
        this.facts = facts;
        this.captions = captions;
        this.description = description;
        this.zone = series.zone();
    }

    /// @param description the chart in words, for those who do not see it
    static String svg(Series series, Facts facts, Captions captions, String description) {
        return new AccessChart(series, facts, captions, description).draw();
    }

    private String draw() {
        List<Bucket> buckets = series.buckets();
        long begin = Math.max(millis(buckets.getFirst().start()), millis(facts.window().from()));
        long end = Math.min(millis(buckets.getLast().end()), millis(facts.window().to()));
        if (begin >= end) {
            begin = millis(buckets.getFirst().start());
            end = millis(buckets.getLast().end());
        }
        double most =
                buckets.stream()
                        .filter(Level::usable)
                        .mapToDouble(Bucket::perDayAndAddress)
                        .max()
                        .orElse(0);
        double step = niceStep(most <= 0 ? 1 : most * 1.12);
        double top = Math.max(1, Math.ceil((most <= 0 ? 1 : most * 1.12) / step)) * step;

        NumberAxis up = new NumberAxis(null);
        up.setRange(0, top);
        up.setTickUnit(new NumberTickUnit(step));
        up.setTickLabelsVisible(false);
        up.setTickMarksVisible(false);
        up.setAxisLineVisible(false);
        DateAxis along = new DateAxis(null);
        along.setRange(begin, end);
        along.setTickLabelsVisible(false);
        along.setTickMarksVisible(false);
        along.setAxisLinePaint(Color.DARK_GRAY);
        XYPlot plot = plot(along, up);
        for (Shade gap : shades()) {
            plot.addDomainMarker(
                    new IntervalMarker(gap.from, gap.to, SHADE, new BasicStroke(0), null, null, 1f),
                    Layer.BACKGROUND);
        }

        SVGGraphics2D pen = new SVGGraphics2D(WIDTH, HEIGHT);
        pen.setDefsKeyPrefix("teiten-");
        ChartRenderingInfo info = new ChartRenderingInfo();
        JFreeChart chart = new JFreeChart(null, JFreeChart.DEFAULT_TITLE_FONT, plot, false);
        chart.setBackgroundPaint(null);
        chart.setPadding(RectangleInsets.ZERO_INSETS);
        chart.draw(pen, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT), null, info);
        Rectangle2D area = info.getPlotInfo().getDataArea();

        Markup svg = new Markup();
        svg.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + WIDTH + " " + HEIGHT,
                "role",
                "img",
                "aria-labelledby",
                "chart-title chart-desc",
                "class",
                "chart");
        svg.element("title", captions.figureTitle(facts), "id", "chart-title");
        svg.element("desc", description, "id", "chart-desc");
        svg.raw(SvgShapes.plain(pen.getSVGElement()));
        svg.open("g", "font-size", "11", "fill", "#222");
        upTicks(svg, up, area, step, top);
        alongTicks(svg, along, area, begin, end);
        gapLabels(svg, along, area);
        medianLabels(svg, along, up, area);
        peakLabel(svg, along, up, area);
        svg.close("g").close("svg");
        return svg.toString();
    }

    private XYPlot plot(DateAxis along, NumberAxis up) {
        XYSeries line = new XYSeries("accesses", false, true);
        List<Bucket> buckets = series.buckets();
        for (Bucket bucket : buckets) {
            line.add(middle(bucket), Level.usable(bucket) ? bucket.perDayAndAddress() : Double.NaN);
        }
        XYSeriesCollection all = new XYSeriesCollection();
        Level level = facts.level();
        for (Level.Part part : parts(level)) {
            XYSeries median = new XYSeries("median " + part.from(), false, true);
            median.add(part.from().toEpochMilli(), part.median());
            median.add(part.to().toEpochMilli(), part.median());
            all.addSeries(median);
        }
        int medians = all.getSeriesCount();
        all.addSeries(line);
        boolean few = buckets.stream().filter(Level::usable).count() <= MANY_POINTS;
        XYLineAndShapeRenderer renderer =
                new XYLineAndShapeRenderer(true, false) {
                    private static final long serialVersionUID = 1;

                    @Override
                    public boolean getItemShapeVisible(int series, int item) {
                        return series == medians && (few || alone(item));
                    }
                };
        for (int i = 0; i < medians; i++) {
            renderer.setSeriesPaint(i, MEDIAN);
            renderer.setSeriesStroke(
                    i,
                    new BasicStroke(
                            1.6f,
                            BasicStroke.CAP_BUTT,
                            BasicStroke.JOIN_ROUND,
                            1,
                            new float[] {6, 3},
                            0));
        }
        renderer.setSeriesPaint(medians, LINE);
        renderer.setSeriesStroke(
                medians, new BasicStroke(1.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        renderer.setSeriesShape(medians, new Ellipse2D.Double(-1.8, -1.8, 3.6, 3.6));
        renderer.setDrawSeriesLineAsPath(false);
        XYPlot plot = new XYPlot(all, along, up, renderer);
        plot.setInsets(RectangleInsets.ZERO_INSETS);
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
        AxisSpace space = new AxisSpace();
        space.setLeft(LEFT);
        space.setRight(RIGHT);
        plot.setFixedRangeAxisSpace(space);
        AxisSpace below = new AxisSpace();
        below.setTop(TOP);
        below.setBottom(BOTTOM);
        plot.setFixedDomainAxisSpace(below);
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(GRID);
        plot.setRangeGridlineStroke(new BasicStroke(0.6f));
        return plot;
    }

    private static List<Level.Part> parts(Level level) {
        return level.kind() == Level.Kind.TOO_LITTLE_DATA
                ? List.of()
                : List.of(level.early(), level.before(), level.recent());
    }

    /// A value between two gaps is a point; a line would not show it.
    private boolean alone(int item) {
        List<Bucket> buckets = series.buckets();
        return Level.usable(buckets.get(item))
                && (item == 0 || !Level.usable(buckets.get(item - 1)))
                && (item + 1 == buckets.size() || !Level.usable(buckets.get(item + 1)));
    }

    private static double middle(Bucket bucket) {
        return (bucket.start().toEpochMilli() + bucket.end().toEpochMilli()) / 2.0;
    }

    private record Shade(long from, long to) {}

    /// What nobody saw: the sensors' common gaps, and every bucket without a value that the window's edge does not
    /// explain. Overlapping ones are one.
    private List<Shade> shades() {
        List<Shade> all = new ArrayList<>();
        for (Facts.GapFact gap : facts.commonGaps()) {
            all.add(new Shade(millis(gap.from()), millis(gap.to())));
        }
        for (Bucket bucket : series.buckets()) {
            long from = Math.max(millis(bucket.start()), millis(facts.window().from()));
            long to = Math.min(millis(bucket.end()), millis(facts.window().to()));
            double width = millis(bucket.end()) - millis(bucket.start());
            double within = Math.max(0, to - from) / width;
            if (within > 0
                    && !Level.usable(bucket)
                    && bucket.observed() < Level.LEAST_OBSERVED * within) {
                all.add(new Shade(from, to));
            }
        }
        all.sort(Comparator.comparingLong(Shade::from).thenComparingLong(Shade::to));
        List<Shade> joined = new ArrayList<>();
        for (Shade shade : all) {
            Shade last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && shade.from <= last.to) {
                joined.removeLast();
                joined.add(new Shade(last.from, Math.max(last.to, shade.to)));
            } else {
                joined.add(shade);
            }
        }
        return joined;
    }

    private static long millis(Instant instant) {
        return instant.toEpochMilli();
    }

    private void upTicks(Markup svg, NumberAxis up, Rectangle2D area, double step, double top) {
        text(svg, 2, 12, "start", "", captions.unit());
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        for (int i = 0; i * step <= top * (1 + 1e-9); i++) {
            double y = up.valueToJava2D(i * step, area, RectangleEdge.LEFT);
            String label = String.format(Locale.ROOT, "%,." + decimals + "f", i * step);
            text(svg, area.getMinX() - 6, y + 4, "end", "", i == 0 ? "0" : label);
        }
    }

    private void alongTicks(Markup svg, DateAxis along, Rectangle2D area, long begin, long end) {
        for (TimeTicks.At tick :
                TimeTicks.between(Instant.ofEpochMilli(begin), Instant.ofEpochMilli(end), zone)) {
            double x =
                    along.valueToJava2D(tick.instant().toEpochMilli(), area, RectangleEdge.BOTTOM);
            svg.empty(
                    "line",
                    "x1",
                    number(x),
                    "x2",
                    number(x),
                    "y1",
                    number(area.getMaxY()),
                    "y2",
                    number(area.getMaxY() + 5),
                    "stroke",
                    "#404040");
            String anchor =
                    x < area.getMinX() + 18 ? "start" : x > area.getMaxX() - 22 ? "end" : "middle";
            text(
                    svg,
                    x,
                    area.getMaxY() + 18,
                    anchor,
                    "",
                    captions.tick(tick.instant().atZone(zone).toLocalDateTime(), tick.names()));
        }
    }

    private void gapLabels(Markup svg, DateAxis along, Rectangle2D area) {
        for (Shade gap : shades()) {
            double a = along.valueToJava2D(gap.from, area, RectangleEdge.BOTTOM);
            double b = along.valueToJava2D(gap.to, area, RectangleEdge.BOTTOM);
            if (b - a >= 26 && b - a < area.getWidth()) {
                text(svg, (a + b) / 2, area.getMaxY() - 8, "middle", "", captions.gap());
            }
        }
    }

    private void medianLabels(Markup svg, DateAxis along, NumberAxis up, Rectangle2D area) {
        for (Level.Part part : parts(facts.level())) {
            double a = along.valueToJava2D(part.from().toEpochMilli(), area, RectangleEdge.BOTTOM);
            double b = along.valueToJava2D(part.to().toEpochMilli(), area, RectangleEdge.BOTTOM);
            double y = up.valueToJava2D(part.median(), area, RectangleEdge.LEFT);
            LabelPlace best = null;
            int fewest = Integer.MAX_VALUE;
            for (LabelPlace label : LabelPlace.around(a, b, y, area)) {
                int hidden = hidden(label, along, up, area);
                if (hidden < fewest) {
                    fewest = hidden;
                    best = label;
                }
            }
            if (best != null) {
                text(
                        svg,
                        best.x(),
                        best.y(),
                        best.anchor(),
                        "#A84300",
                        captions.median(part, facts));
            }
        }
    }

    /// How many values a label would hide.
    private int hidden(LabelPlace label, DateAxis along, NumberAxis up, Rectangle2D area) {
        int hidden = 0;
        for (Bucket bucket : series.buckets()) {
            if (Level.usable(bucket)
                    && label.covers(
                            along.valueToJava2D(middle(bucket), area, RectangleEdge.BOTTOM),
                            up.valueToJava2D(
                                    bucket.perDayAndAddress(), area, RectangleEdge.LEFT))) {
                hidden++;
            }
        }
        return hidden;
    }

    private void peakLabel(Markup svg, DateAxis along, NumberAxis up, Rectangle2D area) {
        Bucket peak = facts.peak();
        if (peak == null || series.step() != Step.DAY) {
            return;
        }
        double x = along.valueToJava2D(middle(peak), area, RectangleEdge.BOTTOM);
        double y = up.valueToJava2D(peak.perDayAndAddress(), area, RectangleEdge.LEFT);
        String anchor =
                x < area.getMinX() + 60 ? "start" : x > area.getMaxX() - 60 ? "end" : "middle";
        text(
                svg,
                x,
                y - 7,
                anchor,
                "#005A8F",
                captions.tick(peak.start().atZone(zone).toLocalDateTime(), Words.Tick.DAY)
                        + "  "
                        + new Figures(Language.EN)
                                .rate(peak.perDayAndAddress(), peak.tally().accesses()));
    }

    /// @param colour empty for the common one; coloured words get a white rim, for they stand among lines
    private static void text(
            Markup svg, double x, double y, String anchor, String colour, String words) {
        if (colour.isEmpty()) {
            svg.element("text", words, "x", number(x), "y", number(y), "text-anchor", anchor);
        } else {
            svg.element(
                    "text",
                    words,
                    "x",
                    number(x),
                    "y",
                    number(y),
                    "text-anchor",
                    anchor,
                    "fill",
                    colour,
                    "font-weight",
                    "bold",
                    "stroke",
                    "#fff",
                    "stroke-width",
                    "3",
                    "paint-order",
                    "stroke");
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /// 1, 2 or 5 times a power of ten, so that three to six steps reach `most`.
    private static double niceStep(double most) {
        double rough = most / 5;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double lead = rough / power;
        return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
    }
}
