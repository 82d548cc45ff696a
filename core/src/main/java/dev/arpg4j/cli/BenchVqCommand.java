package dev.arpg4j.cli;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tokenizer.Pixels;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqConfig;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
      "Decodes and encodes one image by a VQ-16 tokenizer of random weights again and again: seconds"
          + " and peak memory. Then measures what this machine reads and computes at best, and does"
          + " both with each op timed: time, GB/s, GFLOP/s and percent of the roofline of every op."
    })
final class BenchVqCommand implements Callable<Integer> {
  private static final long SEED = 0;

  @Option(
      names = "--cells",
      paramLabel = "N",
      description = "cells of each side of the image, 16 pixels each (default: ${DEFAULT-VALUE})")
  private int cells = 16;

  @Mixin private ProfileOptions profileOptions = new ProfileOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Flag.positive("--cells", cells);
    ProfileOptions.Chosen asked = profileOptions.choose();
    BackendOptions.Chosen backend = backendOptions.choose();
    VqConfig config = VqConfig.published();
    TokenGrid grid = grid(config);
    try (ProfileBench bench = new ProfileBench(asked, backend, spec.commandLine().getOut())) {
      bench.begin(about(config, grid), "model", "grid", "backend", "device", "weights");
      VqTokenizer tokenizer =
          VqTokenizer.load(
              bench.backend(), VqCheckpoint.random(config, SEED), backend.weights().value());
      List<MeasuredImage> measured = measure(bench, asked, tokenizer, grid);
      Machine.PeakMemory peak = Machine.peakMemory();
      bench.putPeak(peak);
      Optional<Ceilings> ceilings = bench.measureCeilings();
      List<ProfileReport.Plotted> plotted = new ArrayList<>();
      for (MeasuredImage each : measured) {
        MeasuredImage.Traced traced = each.traced(tokenizer, bench.tracing(), ceilings);
        bench.print(traced.table(asked.report().style()));
        bench.put(each.work().name(), traced.json());
        plotted.add(traced.plotted());
      }
      bench.draw("VQ-16", plotted);
    }
    return ExitCode.OK;
  }

  private TokenGrid grid(VqConfig config) {
    long side = (long) config.factor() * cells;
    try {
      config.requirePossible(side, side);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--cells %d: %s".formatted(cells, e.getMessage()), e);
    }
    return new TokenGrid(cells, cells);
  }

  private static Map<String, Object> about(VqConfig config, TokenGrid grid) {
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("model", "VQ-16");
    about.put("parameters", config.parameterCount());
    about.put("grid", grid.toString());
    return about;
  }

  /** Both directions, the peer beside the first. */
  private static List<MeasuredImage> measure(
      ProfileBench bench, ProfileOptions.Chosen asked, VqTokenizer tokenizer, TokenGrid grid)
      throws IOException {
    int[] ids = ids(grid, tokenizer.codes());
    MeasuredImage decode =
        MeasuredImage.of(
            new MeasuredImage.Work("decode", grid.cells(), by -> by.pixels(grid, ids)),
            tokenizer,
            asked.repeats(),
            asked.peer());
    bench.print(decode.line());
    Pixels image = tokenizer.pixels(grid, ids);
    MeasuredImage encode =
        MeasuredImage.of(
            new MeasuredImage.Work("encode", grid.cells(), by -> by.encode(image)),
            tokenizer,
            asked.repeats(),
            Optional.empty());
    bench.print(encode.line());
    return List.of(decode, encode);
  }

  /** Spread over the codebook: what a code costs does not depend on which it is. */
  private static int[] ids(TokenGrid grid, int codes) {
    int[] ids = new int[grid.cells()];
    for (int cell = 0; cell < ids.length; cell++) {
      ids[cell] = (int) ((long) codes * cell / ids.length);
    }
    return ids;
  }
}
