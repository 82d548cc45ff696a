package dev.arpg4j.verify.golden;

import dev.arpg4j.model.FileKind;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of golden numbers: one model and what it should say, as other implementations computed
 * it. Every tensor of every file is accounted for: checked, read as input, or listed as not
 * checked.
 */
public final class GoldenFolder {
  private static final String MODEL = "model.safetensors";

  private static final List<String> HERE = List.of("arpg", "vq");

  private final Path folder;
  private final TensorFile model;

  private GoldenFolder(Path folder, TensorFile model) {
    this.folder = folder;
    this.model = model;
  }

  /**
   * Opens a folder.
   *
   * @throws InvalidInputException if it is none, has no model, or a model of unknown kind
   */
  public static GoldenFolder open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(folder + ": expected a folder of golden numbers");
    }
    GoldenFolder golden = new GoldenFolder(folder, TensorFile.open(folder.resolve(MODEL)));
    List<String> known =
        Stream.concat(HERE.stream(), Family.all().stream().map(Variant::name)).distinct().toList();
    if (!known.contains(golden.kind())) {
      throw new InvalidInputException(
          "%s: kind '%s' is not known; known are %s"
              .formatted(golden.model.path(), golden.kind(), String.join(", ", known)));
    }
    return golden;
  }

  /** The kind of model, as its metadata says. */
  public String kind() {
    return model.metadata().getOrDefault(FileKind.KEY, "(missing)");
  }

  /**
   * Compares a backend with every tensor.
   *
   * @throws InvalidInputException if a file is malformed or holds a tensor that nobody knows
   */
  public List<GoldenCheck> verify(Backend backend) {
    return switch (kind()) {
      case "arpg" -> new ArpgGolden(this, backend).verify();
      case "vq" -> new VqGolden(this, backend).verify();
      case "maskgit" -> new MaskGitGolden(this, backend).verify();
      default -> new FamilyGolden(this, Family.named(kind()), backend).verify();
    };
  }

  /** The checks of one file, by its name. */
  interface Checks {
    void add(String name, TensorFile file);
  }

  /**
   * Reads the files that a system of the family has: its model, a forward pass and decodes.
   *
   * @param title the system's
   * @throws InvalidInputException if there is a file of another name
   */
  void read(String title, List<GoldenCheck> checks, Checks teacherForced, Checks generate) {
    for (String name : fileNames()) {
      TensorFile file = file(name);
      switch (name) {
        case MODEL ->
            file.tensors()
                .keySet()
                .forEach(tensor -> checks.add(GoldenCheck.input(name + ": " + tensor)));
        case "teacher_forced.safetensors" -> teacherForced.add(name, file);
        case "generate.safetensors" -> generate.add(name, file);
        default ->
            throw new InvalidInputException(
                "%s: a file of this name is not known in the golden numbers of %s"
                    .formatted(file.path(), title));
      }
    }
  }

  /** The file of that name. */
  TensorFile file(String name) {
    return name.equals(MODEL) ? model : TensorFile.open(folder.resolve(name));
  }

  /** The names of all files with tensors, sorted. */
  List<String> fileNames() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".safetensors") || name.endsWith(".pt"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new InvalidInputException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }
}
