package dev.arpg4j.cli;

import dev.arpg4j.bench.Profile;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.interpret.Tracing;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What {@code bench vq} measured of one direction, in turn with another program if there is one.
 *
 * @param seconds sorted
 */
record MeasuredImage(Work work, List<Double> seconds, Optional<Peer.Result> peer) {
  /**
   * One direction.
   *
   * @param cells of the image
   * @param by does it once
   */
  record Work(String name, long cells, Consumer<VqTokenizer> by) {
    double seconds(VqTokenizer tokenizer) {
      long start = System.nanoTime();
      by.accept(tokenizer);
      return (System.nanoTime() - start) * 1e-9;
    }
  }

  /** Measures, after runs to warm up. */
  static MeasuredImage of(Work work, VqTokenizer tokenizer, int repeats, Optional<Peer> peer)
      throws IOException {
    List<Double> seconds = new ArrayList<>();
    List<Peer.Result> theirs = new ArrayList<>();
    for (int i = 0; i < Throughput.WARM_UP; i++) {
      work.by.accept(tokenizer);
    }
    for (int i = 0; i < repeats; i++) {
      seconds.add(work.seconds(tokenizer));
      if (peer.isPresent()) {
        theirs.add(peer.get().run("--repeats", "1"));
      }
    }
    seconds.sort(null);
    return new MeasuredImage(
        work,
        seconds,
        theirs.isEmpty() ? Optional.empty() : Optional.of(Peer.Result.together(theirs)));
  }

  /**
   * Traces as many runs as were measured, each after one that is not.
   *
   * @param tracing over the backend of the tokenizer
   */
  Traced traced(VqTokenizer tokenizer, Tracing tracing, Optional<Ceilings> ceilings) {
    VqTokenizer heard = tokenizer.on(tracing);
    Runnable once = () -> work.by.accept(heard);
    once.run();
    List<Double> untraced = new ArrayList<>();
    List<Profile> profiles = new ArrayList<>();
    for (int i = 0; i < seconds.size(); i++) {
      untraced.add(work.seconds(tokenizer));
      profiles.add(Profile.ofOne(work.name, work.cells, tracing, ceilings, once));
    }
    untraced.sort(null);
    profiles.sort(Comparator.comparingDouble(profile -> profile.whole().millis()));
    return new Traced(this, profiles.get(profiles.size() / 2), untraced.get(untraced.size() / 2));
  }

  private double median() {
    return seconds.get(seconds.size() / 2);
  }

  /** Seconds, beside the peer's. */
  String line() {
    String ours =
        String.format(
            Locale.ROOT,
            "%n%s one image: %.4f s [%.4f, %.4f]%n",
            work.name,
            median(),
            seconds.getFirst(),
            seconds.getLast());
    return ours + peer.map(theirs -> ProfileReport.beside(seconds, median(), theirs)).orElse("");
  }

  /**
   * Where the time goes.
   *
   * @param profile of the traced run of median length
   * @param untraced the median of the seconds of the runs in turn with the traced ones
   */
  record Traced(MeasuredImage of, Profile profile, double untraced) {
    private double[] untracedMillis() {
      return new double[] {untraced * 1e3};
    }

    String table(TextTable.Style style) {
      return "%n%s%n%s"
          .formatted(
              ProfileReport.steps(profile, untracedMillis()).in(style),
              ProfileReport.ops(profile).in(style));
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("seconds", of.seconds.stream().map(ProfileReport::rounded).toList());
      of.peer.ifPresent(theirs -> ProfileReport.putPeer(json, of.median(), theirs));
      json.put("profile", ProfileReport.json(profile, untracedMillis()));
      return json;
    }

    /** What is drawn of it. */
    ProfileReport.Plotted plotted() {
      return new ProfileReport.Plotted(of.work.name, profile);
    }
  }
}
