package dev.arpg4j.cli;

import dev.arpg4j.bench.OpPlace;
import dev.arpg4j.bench.OpSum;
import dev.arpg4j.bench.Profile;
import dev.arpg4j.bench.Roofline;
import dev.arpg4j.tensor.Ceilings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** A profile as tables for people, JSON for programs and a picture. */
final class ProfileReport {
  /** An op has a row of its own from this share of the time on. */
  private static final double LEAST_SHARE = 0.005;

  /** An op is drawn from this share of the time on. */
  private static final double LEAST_DRAWN = 0.01;

  private ProfileReport() {}

  // ---- ceilings

  /** What the machine does at best, in a line. */
  static String line(Optional<Ceilings> ceilings, String backend) {
    return ceilings
        .map(
            known ->
                String.format(
                    Locale.ROOT,
                    "%-12s %.2f GB/s read, %.1f GFLOP/s: %.1f operations a byte where they meet"
                        + " (%s)",
                    "ceilings",
                    known.bytesPerSecond() * 1e-9,
                    known.flopsPerSecond() * 1e-9,
                    known.ridge(),
                    known.method()))
        .orElse(
            "%-12s backend %s does not measure any: no percent of a roofline below"
                .formatted("ceilings", backend));
  }

  static void putCeilings(Map<String, Object> result, Optional<Ceilings> ceilings) {
    ceilings.ifPresent(
        known -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("read_gb_per_s", rounded(known.bytesPerSecond() * 1e-9));
          json.put("fma_gflop_per_s", rounded(known.flopsPerSecond() * 1e-9));
          json.put("method", known.method());
          result.put("ceilings", json);
        });
  }

  // ---- memory

  /** The most memory held, in a line. */
  static String line(Optional<Machine.PeakMemory> peak) {
    return peak.map(
            known ->
                String.format(
                    Locale.ROOT, "peak memory %.0f MiB (%s)%n", known.mebibytes(), known.measure()))
        .orElseGet(
            () -> "peak memory is known of the first batch only: it cannot be reset%n".formatted());
  }

  static void putPeak(Map<String, Object> json, Machine.PeakMemory peak) {
    json.put("peak_rss_mb", Math.round(peak.mebibytes()));
    json.put("peak_rss_measure", peak.measure());
  }

  // ---- beside another program

  /**
   * Both medians, with the smallest and largest, and their ratio.
   *
   * @param seconds an image, sorted
   */
  static String beside(List<Double> seconds, double median, Peer.Result theirs) {
    return String.format(
        Locale.ROOT,
        "s/image: ours %.4f [%.4f, %.4f], %s %.4f [%.4f, %.4f]: %.3f of its time%n",
        median,
        seconds.getFirst(),
        seconds.getLast(),
        theirs.engine(),
        theirs.median(),
        theirs.secondsPerImage().getFirst(),
        theirs.secondsPerImage().getLast(),
        median / theirs.median());
  }

  static void putPeer(Map<String, Object> json, double median, Peer.Result theirs) {
    json.put("peer", theirs.json());
    json.put("of_the_peers_time", rounded(median / theirs.median()));
  }

  // ---- tables

  /**
   * The first step, those at each quarter, the last and, if there are several, all together.
   *
   * @param untracedMillis of each step, [S]
   */
  static TextTable steps(Profile profile, double[] untracedMillis) {
    TextTable table =
        new TextTable(
            "step",
            "rows",
            "ms",
            "ms untimed",
            "GB",
            "GFLOP",
            "GB/s",
            "GFLOP/s",
            "roofline ms",
            "%");
    int last = profile.steps().size() - 1;
    TreeSet<Integer> some = new TreeSet<>(List.of(0, last / 4, last / 2, last * 3 / 4, last));
    for (int index : some) {
      Profile.Step step = profile.steps().get(index);
      table.add(
          step(step.name(), step.rows(), step.whole(), untracedMillis[index], profile.ceilings()));
    }
    if (last == 0) {
      return table;
    }
    long rows = profile.steps().stream().mapToLong(Profile.Step::rows).sum();
    table.add(
        step(
            "all " + profile.steps().size(),
            rows,
            profile.whole(),
            Arrays.stream(untracedMillis).sum(),
            profile.ceilings()));
    return table;
  }

  private static List<String> step(
      String name, long rows, OpSum whole, double untraced, Optional<Ceilings> ceilings) {
    List<String> row = new ArrayList<>(List.of(name, Long.toString(rows)));
    row.add(number(whole.millis()));
    row.add(number(untraced));
    row.add(number(whole.bytes() * 1e-9));
    row.add(number(whole.flops() * 1e-9));
    row.addAll(rates(whole, ceilings));
    return row;
  }

  /** Every op that takes its time, what the others take, and what none takes. */
  static TextTable ops(Profile profile) {
    TextTable table =
        new TextTable(
            "op",
            "calls",
            "ms",
            "% of time",
            "GB",
            "GFLOP",
            "bound by",
            "GB/s",
            "GFLOP/s",
            "roofline ms",
            "%");
    OpSum whole = profile.whole();
    OpSum others = OpSum.NONE;
    int hidden = 0;
    for (Map.Entry<OpPlace, OpSum> op : profile.ops().entrySet()) {
      if (op.getValue().millis() >= LEAST_SHARE * whole.millis()) {
        table.add(op(op.getKey().words(), op.getValue(), profile));
      } else {
        others = others.plus(op.getValue());
        hidden++;
      }
    }
    if (hidden > 0) {
      table.add(op(hidden + " others", others, profile));
    }
    List<String> between = new ArrayList<>(List.of("between ops", ""));
    between.add(number(profile.unattributedMillis()));
    between.add(percent(profile.unattributedMillis() / whole.millis()));
    between.addAll(List.of("", "", "", "", "", "", ""));
    table.add(between);
    table.add(op("all", whole, profile));
    return table;
  }

  private static List<String> op(String name, OpSum sum, Profile profile) {
    List<String> row = new ArrayList<>(List.of(name, Long.toString(sum.calls())));
    row.add(number(sum.millis()));
    row.add(percent(sum.millis() / profile.whole().millis()));
    row.add(number(sum.bytes() * 1e-9));
    row.add(number(sum.flops() * 1e-9));
    row.add(bound(sum, profile));
    row.addAll(rates(sum, profile.ceilings()));
    return row;
  }

  private static String bound(OpSum sum, Profile profile) {
    if (profile.ceilings().isEmpty()) {
      return "";
    }
    return profile.boundByMemory(sum) ? "memory" : "arithmetic";
  }

  private static List<String> rates(OpSum sum, Optional<Ceilings> ceilings) {
    boolean known = ceilings.isPresent() && sum.millis() > 0;
    return List.of(
        number(sum.gigabytesPerSecond()),
        number(sum.gigaflopsPerSecond()),
        known ? number(sum.rooflineMillis()) : "",
        known ? percent(sum.rooflineShare()) : "");
  }

  /** Three digits that count. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size < 1 ? "%.3f" : size < 10 ? "%.2f" : size < 1000 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }

  // ---- JSON

  /**
   * Everything, one list over the steps for each quantity.
   *
   * @param untracedMillis of each step, [S]
   */
  static Map<String, Object> json(Profile profile, double[] untracedMillis) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ms", rounded(profile.whole().millis()));
    json.put("untimed_ms", rounded(Arrays.stream(untracedMillis).sum()));
    json.put("between_ops_ms", rounded(profile.unattributedMillis()));
    putSum(json, profile.whole(), profile.ceilings());
    Map<String, Object> steps = new LinkedHashMap<>();
    List<Profile.Step> all = profile.steps();
    steps.put("rows", all.stream().map(Profile.Step::rows).toList());
    steps.put("ms", all.stream().map(step -> rounded(step.millis())).toList());
    steps.put(
        "untimed_ms", Arrays.stream(untracedMillis).mapToObj(ProfileReport::rounded).toList());
    steps.put("in_ops_ms", all.stream().map(step -> rounded(step.inOps().millis())).toList());
    List<OpSum> wholes = all.stream().map(Profile.Step::whole).toList();
    putSteps(steps, wholes, profile.ceilings());
    json.put("steps", steps);
    json.put(
        "ops",
        profile.ops().entrySet().stream()
            .map(op -> json(op.getKey(), op.getValue(), profile))
            .toList());
    return json;
  }

  private static Map<String, Object> json(OpPlace place, OpSum sum, Profile profile) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", place.words());
    json.put("section", place.section());
    json.put("op", place.op());
    json.put("weights", place.weights());
    json.put("shape", Arrays.stream(place.weight().toArray()).boxed().toList());
    json.put("calls", sum.calls());
    json.put("ms", rounded(sum.millis()));
    json.put("share_of_time", rounded(sum.millis() / profile.whole().millis()));
    if (profile.ceilings().isPresent()) {
      json.put("bound_by", bound(sum, profile));
    }
    putSum(json, sum, profile.ceilings());
    List<OpSum> steps =
        profile.steps().stream().map(step -> step.ops().getOrDefault(place, OpSum.NONE)).toList();
    Map<String, Object> each = new LinkedHashMap<>();
    each.put("ms", rounded(steps, OpSum::millis));
    putSteps(each, steps, profile.ceilings());
    json.put("steps", each);
    return json;
  }

  private static void putSum(Map<String, Object> json, OpSum sum, Optional<Ceilings> ceilings) {
    json.put("bytes", sum.bytes());
    json.put("flops", sum.flops());
    json.put("gb_per_s", rounded(sum.gigabytesPerSecond()));
    json.put("gflop_per_s", rounded(sum.gigaflopsPerSecond()));
    if (ceilings.isPresent()) {
      json.put("roofline_ms", rounded(sum.rooflineMillis()));
      json.put("roofline_percent", rounded(100 * sum.rooflineShare()));
    }
  }

  private static void putSteps(
      Map<String, Object> json, List<OpSum> steps, Optional<Ceilings> ceilings) {
    json.put("bytes", steps.stream().map(OpSum::bytes).toList());
    json.put("flops", steps.stream().map(OpSum::flops).toList());
    if (ceilings.isPresent()) {
      json.put("roofline_ms", rounded(steps, OpSum::rooflineMillis));
    }
  }

  private static List<Double> rounded(List<OpSum> sums, ToDoubleFunction<OpSum> of) {
    return sums.stream().map(sum -> rounded(of.applyAsDouble(sum))).toList();
  }

  /** To four digits after the point. */
  static double rounded(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }

  // ---- picture

  /**
   * A profile to be drawn.
   *
   * @param name what tells it from others in the same picture
   */
  record Plotted(String name, Profile profile) {}

  /**
   * The ops that take their time, in a middle and in the last step.
   *
   * @param plotted under the same ceilings
   */
  static String svg(String title, List<Plotted> plotted) {
    Ceilings ceilings = plotted.getFirst().profile().ceilings().orElseThrow();
    List<Roofline.Point> points = new ArrayList<>();
    for (Plotted each : plotted) {
      List<Profile.Step> steps = each.profile().steps();
      TreeSet<Integer> some = new TreeSet<>(List.of((steps.size() - 1) / 2, steps.size() - 1));
      for (int index : some) {
        points.addAll(points(each, steps.get(index)));
      }
    }
    return Roofline.svg(
        title,
        new Roofline.Ceiling("read", ceilings.bytesPerSecond()),
        new Roofline.Ceiling("multiply-add", ceilings.flopsPerSecond()),
        points,
        "Ops of "
            + percent(LEAST_DRAWN)
            + " % of the time or more; bytes as counted, from caches"
            + " too.");
  }

  private static List<Roofline.Point> points(Plotted of, Profile.Step step) {
    double all = of.profile().whole().millis();
    String mark =
        of.profile().steps().size() == 1
            ? of.name()
            : "%s, step %s (%d rows)".formatted(of.name(), step.name(), step.rows());
    List<Roofline.Point> points = new ArrayList<>();
    of.profile()
        .ops()
        .forEach(
            (place, sum) -> {
              OpSum here = step.ops().getOrDefault(place, OpSum.NONE);
              if (sum.millis() >= LEAST_DRAWN * all && here.flops() > 0 && here.millis() > 0) {
                points.add(point(place.words(), mark, here));
              }
            });
    points.add(point("all together", mark, step.whole()));
    return points;
  }

  private static Roofline.Point point(String series, String mark, OpSum sum) {
    return new Roofline.Point(
        series,
        mark,
        (double) sum.flops() / sum.bytes(),
        sum.gigaflopsPerSecond() * 1e9,
        "%s, %s: %s ms, %s GB/s, %s GFLOP/s, %s %% of the roofline"
            .formatted(
                series,
                mark,
                number(sum.millis()),
                number(sum.gigabytesPerSecond()),
                number(sum.gigaflopsPerSecond()),
                percent(sum.rooflineShare())),
        false);
  }
}
