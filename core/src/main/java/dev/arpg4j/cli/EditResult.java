package dev.arpg4j.cli;

import dev.arpg4j.edit.Window;
import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.image.OrderAnimation;
import dev.arpg4j.tensor.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What an edit leaves: pictures, the sheet of before and after, and how they were made. */
record EditResult(EditRequest request, EditRun.Made made, CommandReport report) {
  private static final int ANIMATION_SIDE = 128;

  /** Writes all files, or none. */
  void write() {
    describe();
    report.finish();
    EditOutputOptions.Chosen outputs = request.outputs();
    if (outputs.folder()) {
      ResultFiles.makeFolder(outputs.out());
    }
    List<BufferedImage> pictures = made.pictures();
    Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
    for (int i = 0; i < pictures.size(); i++) {
      BufferedImage picture = pictures.get(i);
      files.put(
          outputs.picture(request.seed(i), request.place(i)),
          out -> ContactSheet.writePng(picture, out));
    }
    BufferedImage sheet = sheet();
    files.put(outputs.sheet(), out -> ContactSheet.writePng(sheet, out));
    outputs
        .animation()
        .ifPresent(
            file -> {
              OrderAnimation animation =
                  new OrderAnimation(
                      new ContactSheet(
                          labels().toList(),
                          ContactSheet.columns(pictures.size(), request.images().cycle().size()),
                          pictures.getFirst().getWidth(),
                          pictures.getFirst().getHeight(),
                          ANIMATION_SIDE),
                      request.picture().grid(),
                      made.decoded().plan(),
                      made.decoded().orders());
              files.put(file, out -> animation.write(pictures, out));
            });
    outputs.tokens().ifPresent(file -> files.put(file, tokens().writer().content(file)));
    files.put(outputs.report(), out -> out.write(report.json()));
    AtomicFile.writeAll(files);
  }

  private Stream<String> labels() {
    return IntStream.range(0, made.pictures().size()).mapToObj(request::label);
  }

  private BufferedImage sheet() {
    BufferedImage before = request.picture().original();
    return new ContactSheet(
            Stream.concat(Stream.of("before", "kept"), labels()).toList(),
            EditOutputOptions.columns(made.pictures().size()),
            before.getWidth(),
            before.getHeight(),
            ContactSheet.PICTURE_SIDE)
        .draw(
            Stream.concat(Stream.of(before, request.picture().preview()), made.pictures().stream())
                .toList());
  }

  private TokenFile tokens() {
    return TokenFile.decoded(
        request.model(),
        request.decode(),
        request.picture().grid(),
        made.decoded().tokens(),
        new int[0],
        request.images().firstImage());
  }

  private void describe() {
    DecodeRun decoded = made.decoded();
    report.put("model", RunReport.model(request.model()));
    report.put("tokenizer", request.tokenizer().describe());
    report.put("settings", settings());
    report.put("grid", request.picture().grid().toString());
    report.put("cells_kept", request.picture().known().length);
    report.put("cells_made", request.picture().unknown().length);
    report.put("windows", request.windows().stream().map(EditResult::describe).toList());
    report.put("images", images());
    report.put("plan", Arrays.stream(decoded.plan().sizes()).boxed().toList());
    report.time("decode_seconds", decoded.seconds());
  }

  private static Map<String, Object> describe(Window window) {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("grid", window.grid().toString());
    words.put("top", window.top());
    words.put("left", window.left());
    words.put("cells_made", window.unknown().length);
    return words;
  }

  private Map<String, Object> settings() {
    ImageOptions.Chosen images = request.images();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("image", request.image().toString());
    values.putAll(request.asked());
    values.put("class", images.cycle().stream().map(request.model()::className).toList());
    values.put("count", images.count());
    values.put("first_image", images.firstImage());
    values.put("seeds", request.seeds());
    values.put("batch", made.decoded().batch());
    values.putAll(request.decode().names());
    values.put("known_order", request.knownOrder().name());
    EditOutputOptions.Chosen outputs = request.outputs();
    values.put("out", outputs.out().toString());
    values.put("sheet", outputs.sheet().toString());
    outputs.animation().ifPresent(file -> values.put("gif", file.toString()));
    outputs.tokens().ifPresent(file -> values.put("tokens", file.toString()));
    return values;
  }

  private List<Object> images() {
    List<Object> images = new ArrayList<>();
    for (int i = 0; i < made.pictures().size(); i++) {
      Map<String, Object> image = new LinkedHashMap<>();
      image.put("image", request.place(i));
      image.put("seed", request.seed(i));
      image.put("class", request.model().className(request.labels()[i % request.images().count()]));
      images.add(image);
    }
    return images;
  }

  /** The line a run ends with. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s: %d of %d cells kept, %s made, %.2f s, peak memory %.0f MiB (%s)",
        request.outputs().out(),
        request.picture().known().length,
        request.picture().grid().cells(),
        made.pictures().size() == 1
            ? "the others"
            : "the others of %d images".formatted(made.pictures().size()),
        made.decoded().seconds(),
        report.peak().mebibytes(),
        report.peak().measure());
  }
}
