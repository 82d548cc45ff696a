package dev.arpg4j.cuda.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Compiled kernels on disk, so that only the first run compiles. An entry is named by all that it
 * depends on and carries a digest of its contents: a damaged one is made anew. Where the folder
 * cannot be used every run compiles, and all else is the same.
 */
final class KernelCache {
  private static final int DIGEST_BYTES = 32;

  private final Path folder;
  private final Consumer<String> warn;
  private boolean warned;

  /** Says on the log, once, if the folder cannot be used: every run then takes seconds longer. */
  KernelCache(Path folder) {
    this(
        folder,
        warning ->
            System.getLogger(KernelCache.class.getName())
                .log(System.Logger.Level.WARNING, warning));
  }

  KernelCache(Path folder, Consumer<String> warn) {
    this.folder = folder;
    this.warn = warn;
  }

  /** The digest of all that a compiled kernel depends on. */
  record Key(String hex) {
    /**
     * @param source the whole text
     * @param options of the compiler, the architecture among them
     * @param compiler its version
     */
    static Key of(String source, List<String> options, String compiler) {
      MessageDigest digest = sha256();
      // Lengths in front, so that no two lists of parts make the same bytes.
      add(digest, compiler);
      options.forEach(option -> add(digest, option));
      add(digest, source);
      return new Key(HexFormat.of().formatHex(digest.digest()));
    }

    private static void add(MessageDigest digest, String part) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
      digest.update(bytes);
    }
  }

  /** The entry of that key, made by {@code make} and kept if it is not there or is damaged. */
  synchronized byte[] get(Key key, Supplier<byte[]> make) {
    Path file = folder.resolve(key.hex() + ".cubin");
    try {
      if (Files.exists(file)) {
        Optional<byte[]> kept = unwrap(Files.readAllBytes(file));
        if (kept.isPresent()) {
          return kept.get();
        }
      }
    } catch (IOException e) {
      warn(e);
    }
    byte[] made = make.get();
    try {
      keep(file, made);
    } catch (IOException e) {
      warn(e);
    }
    return made;
  }

  private void warn(IOException e) {
    if (!warned) {
      warned = true;
      warn.accept(
          "compiled kernels are not kept, each run compiles its own: %s cannot be used (%s); set"
                  .formatted(folder, e)
              + " ARPG4J_CACHE to a folder that can be written");
    }
  }

  /** Written beside and moved into place: no other process sees half of it. */
  private void keep(Path file, byte[] image) throws IOException {
    Files.createDirectories(folder);
    Path beside = Files.createTempFile(folder, "next", ".cubin");
    try {
      Files.write(beside, wrap(image));
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static byte[] wrap(byte[] image) {
    byte[] digest = sha256().digest(image);
    byte[] wrapped = Arrays.copyOf(digest, DIGEST_BYTES + image.length);
    System.arraycopy(image, 0, wrapped, DIGEST_BYTES, image.length);
    return wrapped;
  }

  private static Optional<byte[]> unwrap(byte[] wrapped) {
    if (wrapped.length <= DIGEST_BYTES) {
      return Optional.empty();
    }
    byte[] image = Arrays.copyOfRange(wrapped, DIGEST_BYTES, wrapped.length);
    boolean whole =
        Arrays.equals(sha256().digest(image), 0, DIGEST_BYTES, wrapped, 0, DIGEST_BYTES);
    return whole ? Optional.of(image) : Optional.empty();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
