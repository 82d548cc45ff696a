package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint on disk: named tensors that are listed at once and mapped one by one when their
 * values are asked for. The whole file is checked when it is opened, so a tensor that is listed can
 * be read if its type is {@linkplain ElementType#readable() readable}; values of other types, which
 * are listed too, are refused by name when they are asked for.
 */
public final class TensorFile {
  private final Path path;
  private final Map<String, String> metadata;
  private final Map<String, StoredTensor> tensors;

  TensorFile(Path path, Map<String, String> metadata, Map<String, StoredTensor> tensors) {
    this.path = path;
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * Opens a safetensors file or a PyTorch checkpoint ({@code torch.save}, zip form); which of the
   * two is told by the content, not by the file's name. Of a PyTorch checkpoint the weights are
   * listed: those under {@code model}, {@code module} or {@code state_dict}, else those at the top.
   * Of both, names are given without a leading {@code _orig_mod.} or {@code module.} (VARIANTS.md
   * 1.2). No code from the file is ever run.
   *
   * @throws InvalidInputException in one line, if the file cannot be read or is not well formed
   */
  public static TensorFile open(Path path) {
    if (!Files.exists(path)) {
      throw Refusal.of(path, "no such file");
    }
    if (!Files.isRegularFile(path)) {
      String found = Files.isDirectory(path) ? "is a folder" : "is not a regular file";
      throw Refusal.of(path, found + "; expected a safetensors or PyTorch file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MappedFile file = new MappedFile(path, channel.size());
      int length = (int) Math.min(ForeignFile.MAGIC_BYTES, file.size());
      byte[] start = file.read(channel, 0, length).array();
      if (PyTorchFile.claims(start)) {
        return PyTorchFile.read(file, channel);
      }
      Optional<String> foreign = ForeignFile.describe(start);
      if (foreign.isPresent()) {
        throw Refusal.of(path, foreign.get());
      }
      return SafetensorsReader.read(file, channel);
    } catch (IOException e) {
      throw Refusal.of(path, "cannot be read", e);
    }
  }

  /** Where this file lies. */
  public Path path() {
    return path;
  }

  /** The text entries of a safetensors header; empty for a PyTorch file. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** The tensors by name, in the file's order. */
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /**
   * The tensor of that name.
   *
   * @throws InvalidInputException if the file has none
   */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw Refusal.of(
          path, "has no tensor " + Refusal.name(name) + " among its " + tensors.size());
    }
    return tensor;
  }

  @Override
  public String toString() {
    return path + " (" + tensors.size() + " tensors)";
  }
}
