package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.image.Levels;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.NpzWriter;
import dev.arpg4j.tensor.io.RecordFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The images of a request as the file that the usual FID evaluator reads: {@code arr_0} uint8 [n,
 * h, w, 3] and {@code arr_1} int64 [n], the class of each (the layout of guided-diffusion's {@code
 * evaluations}, Dhariwal and Nichol 2021).
 *
 * <p>Images are kept in a {@link RecordFile} beside the result as soon as their batch is drawn. An
 * image depends on the seed and its place alone, so a run that was killed goes on after the last
 * one kept, in batches of any size, and ends with the same bytes. More images than before may be
 * asked for: those there are the first of them. Those beyond what is asked for stay.
 */
final class NpzRun {
  private static final int CHANNELS = 3;

  private final GenerateCommand.Request request;
  private final Path npz;
  private final int height;
  private final int width;

  NpzRun(GenerateCommand.Request request, Path npz) {
    this.request = request;
    this.npz = npz;
    TokenGrid grid = request.model().grid();
    LocalTokenizer tokenizer = request.tokenizer().orElseThrow();
    this.height = Math.toIntExact(tokenizer.height(grid));
    this.width = Math.toIntExact(tokenizer.width(grid));
  }

  /** Where the images are kept until all are there. */
  static Path partsOf(Path npz) {
    return npz.resolveSibling(npz.getFileName() + ".part");
  }

  /**
   * Makes what is missing, and the result.
   *
   * @param arguments of the command, for the report beside it
   * @return the line a run ends with
   */
  String write(List<String> arguments) throws IOException {
    CommandReport report = new CommandReport("generate", arguments);
    ImageOptions.Chosen images = request.images();
    int imageBytes = Math.multiplyExact(Math.multiplyExact(height, width), CHANNELS);
    try (RecordFile parts = RecordFile.open(partsOf(npz), identity(), imageBytes)) {
      int there = (int) Math.min(parts.records(), images.count());
      PictureSource.use(
          request.model(),
          request.tokenizer().orElseThrow(),
          request.backend(),
          report,
          request.decode().settings(),
          images.count(),
          images.batch(),
          source -> draw(source, parts, there, report));
      report.put("images_kept_before", there);
      report.finish();
      result(parts);
      AtomicFile.write(request.outputs().report(), out -> out.write(report.json()));
      if (parts.records() <= images.count()) {
        parts.delete();
      }
      return line(there, report);
    }
  }

  private void draw(PictureSource source, RecordFile parts, int there, CommandReport report) {
    ImageOptions.Chosen images = request.images();
    DecodeSettings settings = request.decode().settings();
    report.put("model", RunReport.model(request.model()));
    report.put("tokenizer", request.tokenizer().orElseThrow().describe());
    report.put("settings", RunReport.settings(request, source.batch()));
    int missing = images.count() - there;
    try (Progress progress = Progress.of("decoding", source.steps(settings, missing))) {
      source.draw(
          settings,
          images.firstImage() + there,
          images.labels(there, images.count()),
          request.control().conditions(missing),
          progress,
          pictures -> parts.append(Levels.of(pictures)));
    }
  }

  private void result(RecordFile parts) {
    int count = request.images().count();
    long[] labels = Arrays.stream(request.images().labels(0, count)).asLongStream().toArray();
    NpzWriter.write(
        npz,
        to -> {
          to.add(
              "arr_0",
              NpzWriter.Type.UINT8,
              Shape.of(count, height, width, CHANNELS),
              values -> parts.read(count, bytes -> values.put(bytes, 0, bytes.length)));
          to.longs("arr_1", Shape.of(count), labels);
        });
  }

  /**
   * All that an image depends on beside its place; not how many there are, nor how many at once.
   */
  private Map<String, String> identity() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("version", Version.current());
    settings.put("model", request.model().checkpoint().name());
    Path weights = request.model().file();
    settings.put("weights", weights == null ? "embedded" : digest(weights));
    Path tokenizer = request.tokenizer().orElseThrow().file();
    settings.put("tokenizer", tokenizer == null ? "embedded" : digest(tokenizer));
    settings.put("size", "%dx%d".formatted(width, height));
    BackendOptions.Chosen backend = request.backend();
    settings.put("backend", backend.provider().name());
    settings.put("compute", backend.settings().computeTypeOf(backend.provider()).name());
    settings.put("weights held in", backend.weights().name());
    ImageOptions.Chosen images = request.images();
    settings.put("first image", Integer.toString(images.firstImage()));
    settings.put(
        "classes", images.cycle().stream().map(Object::toString).collect(Collectors.joining(",")));
    request.decode().names().forEach((name, value) -> settings.put(name, value.toString()));
    if (request.control().file().isPresent()) {
      settings.put("control", digest(request.control().file().get()));
    }
    return settings;
  }

  private static String digest(Path file) {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digest =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      byte[] buffer = new byte[1 << 16];
      while (digest.read(buffer) >= 0) {}
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private String line(int there, CommandReport report) {
    return String.format(
        Locale.ROOT,
        "%s: %d images%s, %.2f s, peak memory %.0f MiB (%s)",
        npz,
        request.images().count(),
        there == 0 ? "" : " (%d of an earlier run)".formatted(there),
        report.seconds("decode_seconds"),
        report.peak().mebibytes(),
        report.peak().measure());
  }
}
