package dev.arpg4j.cli;

import dev.arpg4j.bench.Profile;
import dev.arpg4j.bench.ProfiledDecode;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.interpret.Tracing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where the time of a batch's decodes goes: traced ones, each after one that is not, so that what
 * tracing costs is known.
 *
 * @param profile of the traced decode of median length
 * @param untraced the decodes in turn with the traced ones
 */
record TracedDecode(MeasuredDecode of, Profile profile, List<DecodeRun> untraced) {
  /**
   * Traces as many decodes as were measured.
   *
   * @param tracing over the backend of the model
   */
  static TracedDecode of(MeasuredDecode measured, Tracing tracing, Optional<Ceilings> ceilings) {
    MeasuredDecode.Request request = measured.request();
    DecodeBatch batch = DecodeBatch.of(0, request.labels(request.together()));
    try (RepeatedDecode plain = request.open(1 + request.repeats());
        ProfiledDecode traced = new ProfiledDecode(request.decoder(), tracing, ceilings, batch)) {
      plain.next();
      traced.next();
      List<DecodeRun> untraced = new ArrayList<>();
      List<Profile> profiles = new ArrayList<>();
      for (int i = 0; i < request.repeats(); i++) {
        untraced.add(plain.next());
        profiles.add(traced.next());
      }
      profiles.sort(Comparator.comparingDouble(profile -> profile.whole().millis()));
      return new TracedDecode(measured, profiles.get(profiles.size() / 2), untraced);
    }
  }

  /** Milliseconds of the steps of the untraced decode of median length, [S]. */
  private double[] untracedMillis() {
    return MeasuredDecode.median(untraced).stepMillis().getLast();
  }

  /** With what was measured of the whole decodes. */
  Map<String, Object> json() {
    Map<String, Object> json = of.json();
    json.put("profile", ProfileReport.json(profile, untracedMillis()));
    return json;
  }

  /** What tracing costs, the steps and the ops. */
  String table(TextTable.Style style) {
    double traced = profile.whole().millis();
    double without = Arrays.stream(untracedMillis()).sum();
    return String.format(
            Locale.ROOT,
            "%n%s, with each op timed: %.1f ms a decode, %+.1f %% of the %.1f ms without, in"
                + " turn%n%n",
            of.request().words(),
            traced,
            100 * (traced / without - 1),
            without)
        + ProfileReport.steps(profile, untracedMillis()).in(style)
        + System.lineSeparator()
        + ProfileReport.ops(profile).in(style);
  }

  /** What is drawn of it. */
  ProfileReport.Plotted plotted() {
    return new ProfileReport.Plotted("batch " + of.request().batch(), profile);
  }
}
