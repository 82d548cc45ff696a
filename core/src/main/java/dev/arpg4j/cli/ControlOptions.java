package dev.arpg4j.cli;

import dev.arpg4j.control.ControlMap;
import dev.arpg4j.decode.Conditions;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a map that images follow. */
final class ControlOptions {
  private static final String FLAG = "--control";
  private static final String KIND = "--control-kind";
  private static final String PHOTO = "photo";

  @Option(
      names = FLAG,
      paramLabel = "FILE",
      description =
          "a picture that all images follow, of the size that they have: of edges, white on black,"
              + " or of grey values, as the model was trained")
  private @Nullable Path file;

  @Option(
      names = KIND,
      paramLabel = "KIND",
      description =
          "what the picture is: edges, photo (of which edges are taken) or grey (default: the"
              + " model's own)")
  private @Nullable String kind;

  @Mixin private ControlWeight weight = new ControlWeight();

  /**
   * What images follow.
   *
   * @param file the picture; nothing if they follow none
   * @param kind how it was read
   * @param map its cells, none without a picture
   */
  record Chosen(Optional<Path> file, String kind, float[] map) {
    /** What so many images follow: all of them the same. */
    Conditions conditions(int images) {
      return file.isEmpty() ? Conditions.none(images) : Conditions.same(map, images);
    }
  }

  /** The model that is meant where none is named. */
  String usualModel() {
    return file == null ? EmbeddedModel.NAME : EmbeddedModel.EDGES;
  }

  /**
   * What images of a model follow.
   *
   * @throws InvalidInputException in one line, if the picture cannot be used or the model follows
   *     none
   */
  Chosen choose(LocalModel model) {
    if (file == null) {
      if (kind != null || weight.given()) {
        throw new InvalidInputException(
            "%s: expected %s FILE beside it"
                .formatted(kind != null ? KIND : ControlWeight.FLAG, FLAG));
      }
      return new Chosen(Optional.empty(), "", new float[0]);
    }
    ControlSizes control = model.checkpoint().architecture().control();
    String asked = kind == null ? control.kind().text() : kind;
    requireKind(control.kind(), asked, model);
    requireSize(file, control, model.grid());
    BufferedImage picture = PictureFile.read(file);
    return new Chosen(Optional.of(file), asked, map(asked, picture).cells(model.grid()));
  }

  private static ControlMap map(String kind, BufferedImage picture) {
    if (kind.equals(PHOTO)) {
      return ControlMap.of(ControlKind.EDGES, picture);
    }
    return kind.equals(ControlKind.EDGES.text())
        ? ControlMap.drawnEdges(picture)
        : ControlMap.grey(picture);
  }

  private void requireKind(ControlKind trained, String asked, LocalModel model) {
    boolean maps = trained == ControlKind.EDGES || trained == ControlKind.GREY;
    if (!maps) {
      throw new InvalidInputException(
          "%s %s: %s follows no maps; expected a model that 'arpg train --control' made"
              .formatted(FLAG, file, model.checkpoint().name()));
    }
    boolean photo = trained == ControlKind.EDGES && asked.equals(PHOTO);
    if (!photo && !asked.equals(trained.text())) {
      throw new InvalidInputException(
          "%s %s: %s follows maps of %s; expected %s"
              .formatted(
                  KIND,
                  asked,
                  model.checkpoint().name(),
                  trained.text(),
                  trained == ControlKind.EDGES ? "edges or photo" : trained.text()));
    }
  }

  private static void requireSize(Path file, ControlSizes control, TokenGrid grid) {
    int side = ControlMap.cellSide(control.inputs());
    PictureFile.Size expected = new PictureFile.Size(grid.columns() * side, grid.rows() * side);
    PictureFile.Size found = PictureFile.size(file);
    if (!found.equals(expected)) {
      throw new InvalidInputException(
          "%s %s: %s pixels, expected the %s of an image".formatted(FLAG, file, found, expected));
    }
  }

  /** Settings with what is guided by the map, and its name. */
  DecodeOptions.Chosen over(DecodeOptions.Chosen decode, Chosen chosen) {
    return chosen.file().isEmpty()
        ? decode
        : weight
            .over(decode)
            .naming("control", chosen.file().get().toString())
            .naming("control_kind", chosen.kind());
  }
}
