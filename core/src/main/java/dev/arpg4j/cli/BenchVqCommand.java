package dev.arpg4j.cli;

import dev.arpg4j.bench.Profile;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.interpret.Tracing;
import dev.arpg4j.tokenizer.Pixels;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqConfig;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code arpg bench vq}: how long the VQ-16 tokenizer takes to decode and to encode one image, and
 * where that time goes, op by op under the roofline of this machine.
 */
@Command(
    name = "vq",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Measures what this machine reads and computes at best, then decodes and encodes one image of"
          + " 256 x 256 pixels by a VQ-16 tokenizer of random weights again and again: seconds, and"
          + " time, GB/s, GFLOP/s and percent of the roofline of every op."
    })
final class BenchVqCommand implements Callable<Integer> {
  private static final long SEED = 0;

  @Option(
      names = "--cells",
      paramLabel = "N",
      description = "cells of each side of the image (default: ${DEFAULT-VALUE})")
  private int cells = 16;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "measured images, after two to warm up (default: ${DEFAULT-VALUE})")
  private int repeats = 3;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description = {
        "another program to run after each measured decode, in quotes; it is given --repeats 1",
        "and prints JSON with seconds_per_image last"
      })
  private @Nullable String peerCommand;

  @Mixin private ProfileOptions profileOptions = new ProfileOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  /** A tokenizer, and the same weights under a listener that traces. */
  private record Tokenizers(VqTokenizer plain, VqTokenizer traced, Tracing tracing) {}

  /**
   * One direction.
   *
   * @param seconds sorted
   * @param profile of the traced run of median length
   */
  private record Measured(
      String name, List<Double> seconds, Optional<Peer.Result> peer, Profile profile) {
    double median() {
      return seconds.get(seconds.size() / 2);
    }

    double[] untracedMillis() {
      return new double[] {median() * 1e3};
    }
  }

  @FunctionalInterface
  private interface Work {
    void by(VqTokenizer tokenizer);
  }

  @Override
  public Integer call() throws IOException {
    Flag.positive("--cells", cells);
    Flag.positive("--repeats", repeats);
    profileOptions.check();
    Optional<Peer> peer = Optional.ofNullable(peerCommand).map(Peer::of);
    BackendOptions.Chosen chosen = backendOptions.choose();
    VqConfig config = VqConfig.published();
    TokenGrid grid = new TokenGrid(cells, cells);
    Map<String, Object> result = ProfileOptions.header();
    result.put("model", "VQ-16");
    result.put("parameters", config.parameterCount());
    result.put("grid", grid.toString());
    result.put("repeats", repeats);
    List<Measured> measured = new ArrayList<>();
    try (Tracing tracing = new Tracing(chosen.open())) {
      Backend backend = tracing.delegate();
      result.put("backend", backend.name());
      result.putAll(chosen.describe(backend));
      result.put("environment", Machine.describe());
      ProfileOptions.print(result, out(), "model", "grid", "backend", "device", "weights");
      Optional<Ceilings> ceilings = ProfileOptions.measure(backend, out());
      profileOptions.requireCeilings(ceilings, backend.name());
      ProfileReport.putCeilings(result, ceilings);
      VqTokenizer plain =
          VqTokenizer.load(backend, VqCheckpoint.random(config, SEED), chosen.weights().value());
      Tokenizers tokenizers = new Tokenizers(plain, plain.on(tracing), tracing);
      int[] ids = ids(grid, config.codes());
      measured.add(measure("decode", tokenizers, grid, ceilings, peer, by -> by.pixels(grid, ids)));
      Pixels image = plain.pixels(grid, ids);
      measured.add(
          measure("encode", tokenizers, grid, ceilings, Optional.empty(), by -> by.encode(image)));
    }
    Machine.PeakMemory peak = Machine.peakMemory();
    result.put("peak_rss_mb", Math.round(peak.mebibytes()));
    result.put("peak_rss_measure", peak.measure());
    measured.forEach(each -> result.put(each.name, json(each)));
    out().printf(Locale.ROOT, "peak memory %.0f MiB (%s)%n", peak.mebibytes(), peak.measure());
    profileOptions.writeJson(result);
    profileOptions.writeSvg(
        "VQ-16, %s weights, on %s".formatted(result.get("weights"), result.get("device")),
        measured.stream().map(each -> new ProfileReport.Plotted(each.name, each.profile)).toList());
    return ExitCode.OK;
  }

  /** Spread over the codebook: what a code costs does not depend on which it is. */
  private static int[] ids(TokenGrid grid, int codes) {
    int[] ids = new int[grid.cells()];
    for (int cell = 0; cell < ids.length; cell++) {
      ids[cell] = (int) ((long) codes * cell / ids.length);
    }
    return ids;
  }

  /** Plain, beside the peer and traced, in turn; and says what was found. */
  private Measured measure(
      String name,
      Tokenizers tokenizers,
      TokenGrid grid,
      Optional<Ceilings> ceilings,
      Optional<Peer> peer,
      Work work)
      throws IOException {
    List<Double> seconds = new ArrayList<>();
    List<Peer.Result> theirs = new ArrayList<>();
    List<Profile> profiles = new ArrayList<>();
    for (int i = -Throughput.WARM_UP; i < repeats; i++) {
      long start = System.nanoTime();
      work.by(tokenizers.plain);
      double took = (System.nanoTime() - start) * 1e-9;
      Profile profile =
          Profile.ofOne(
              name, grid.cells(), tokenizers.tracing, ceilings, () -> work.by(tokenizers.traced));
      if (i >= 0) {
        seconds.add(took);
        profiles.add(profile);
        if (peer.isPresent()) {
          theirs.add(peer.get().run("--repeats", "1"));
        }
      }
    }
    seconds.sort(null);
    profiles.sort(Comparator.comparingDouble(profile -> profile.whole().millis()));
    Measured measured =
        new Measured(
            name,
            seconds,
            theirs.isEmpty() ? Optional.empty() : Optional.of(Peer.Result.together(theirs)),
            profiles.get(profiles.size() / 2));
    print(measured);
    return measured;
  }

  private void print(Measured measured) {
    out()
        .printf(
            Locale.ROOT,
            "%n%s one image: %.4f s [%.4f, %.4f]%n",
            measured.name,
            measured.median(),
            measured.seconds.getFirst(),
            measured.seconds.getLast());
    measured.peer.ifPresent(
        theirs -> out().print(ProfileReport.beside(measured.seconds, measured.median(), theirs)));
    out()
        .printf(
            "%n%s%n%s%n",
            ProfileReport.steps(measured.profile, measured.untracedMillis())
                .in(profileOptions.style()),
            ProfileReport.ops(measured.profile).in(profileOptions.style()));
    out().flush();
  }

  private static Map<String, Object> json(Measured measured) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seconds", measured.seconds.stream().map(ProfileReport::rounded).toList());
    measured.peer.ifPresent(theirs -> ProfileReport.putPeer(json, measured.median(), theirs));
    json.put("profile", ProfileReport.json(measured.profile, measured.untracedMillis()));
    return json;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
