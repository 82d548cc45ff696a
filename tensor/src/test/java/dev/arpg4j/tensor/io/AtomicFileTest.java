package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void writesAndReplaces() throws IOException {
    Path target = folder.resolve("out.txt");
    AtomicFile.write(target, out -> out.write("first".getBytes(StandardCharsets.UTF_8)));
    AtomicFile.write(target, out -> out.write("second".getBytes(StandardCharsets.UTF_8)));
    assertThat(target).hasContent("second");
    assertThat(names()).containsExactly("out.txt");
  }

  @Test
  void letsWritersCloseTheStream() {
    Path target = folder.resolve("out.txt");
    AtomicFile.write(
        target,
        out -> {
          try (OutputStreamWriter text = new OutputStreamWriter(out, StandardCharsets.UTF_8)) {
            text.write("closed");
          }
        });
    assertThat(target).hasContent("closed");
  }

  @Test
  void keepsWhatWasThereUntilTheContentIsWhole() {
    Path target = folder.resolve("out.txt");
    AtomicFile.write(target, out -> out.write('a'));
    AtomicFile.write(
        target,
        out -> {
          out.write('b');
          out.flush();
          assertThat(target).hasContent("a");
        });
    assertThat(target).hasContent("b");
  }

  @Test
  void givesNewFilesTheUsualPermissions() throws IOException {
    Path plain = Files.createFile(folder.resolve("plain"));
    Path target = folder.resolve("atomic");
    AtomicFile.write(target, out -> out.write(1));
    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void writesThroughALink() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    AtomicFile.write(link, out -> out.write('n'));
    assertThat(real).hasContent("n");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void writesNamesAsLongAsTheFileSystemTakes() throws IOException {
    String name = "n".repeat(255);
    AtomicFile.write(folder.resolve(name), out -> out.write(1));
    assertThat(names()).containsExactly(name);
  }

  @Test
  void leavesNothingBehindWhenTheDiskFills() throws IOException {
    Path target = folder.resolve("out.txt");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    out -> {
                      out.write(new byte[1 << 20]);
                      fullDevice().write(1);
                    }))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(target + ": cannot be written: No space left on device");
    assertThat(names()).isEmpty();
  }

  @Test
  void keepsTheOldFileWhenTheContentFails() throws IOException {
    Path target = Files.writeString(folder.resolve("out.txt"), "old");
    IllegalStateException failure = new IllegalStateException("no more");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    out -> {
                      out.write(1);
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(target).hasContent("old");
    assertThat(names()).containsExactly("out.txt");
  }

  @Test
  void movesAllFilesOrNone() throws IOException {
    Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
    files.put(folder.resolve("first.txt"), out -> out.write('1'));
    files.put(folder.resolve("second.txt"), out -> fullDevice().write('2'));
    assertThatThrownBy(() -> AtomicFile.writeAll(files))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(folder.resolve("second.txt") + ": cannot be written: No space left on device");
    assertThat(names()).isEmpty();
    files.put(folder.resolve("second.txt"), out -> out.write('2'));
    AtomicFile.writeAll(files);
    assertThat(folder.resolve("first.txt")).hasContent("1");
    assertThat(folder.resolve("second.txt")).hasContent("2");
    assertThat(names()).containsExactly("first.txt", "second.txt");
  }

  /** The first place becomes a folder while the second file is written. */
  @Test
  void namesTheFileThatCouldNotBeMoved() throws IOException {
    Path first = folder.resolve("first.txt");
    Path second = folder.resolve("second.txt");
    Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
    files.put(first, out -> out.write('1'));
    files.put(second, out -> Files.createDirectory(first));
    assertThatThrownBy(() -> AtomicFile.writeAll(files))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(first + ": cannot be written: Is a directory");
    assertThat(names()).containsExactly("first.txt");
  }

  @Test
  void refusesPlacesThatCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(folder, "is a folder; expected the name of a file to write");
    assertRefused(
        folder.resolve("absent/out.txt"),
        "cannot be written: the folder " + folder.resolve("absent") + " does not exist");
    assertRefused(file.resolve("out.txt"), "cannot be written: " + file + " is not a folder");
    assertRefused(Path.of("/dev/null"), "is not a regular file; expected one, or none, to write");
    assertRefused(folder.resolve("n".repeat(256)), "cannot be written: File name too long");
    assertThat(names()).containsExactly("file");
  }

  /** The superuser may write anywhere, so what is asked of the system decides what is expected. */
  @Test
  void refusesWriteProtectedFolders() throws IOException {
    Path locked = Files.createDirectory(folder.resolve("locked"));
    assertThat(locked.toFile().setWritable(false)).isTrue();
    Path target = locked.resolve("out.txt");
    if (Files.isWritable(locked)) {
      AtomicFile.check(target);
    } else {
      assertRefused(target, "cannot be written: the folder " + locked + " is write-protected");
    }
  }

  /** A second JVM stops in the middle of a write, is interrupted, and leaves the folder empty. */
  @Test
  void anInterruptLeavesNothingBehind() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Interrupted.class.getName(),
                folder.resolve("out.txt").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("half way");
      assertThat(names()).hasSize(1);
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(names()).isEmpty();
  }

  /** Writes half a file and then waits for its end. */
  static final class Interrupted {
    private Interrupted() {}

    public static void main(String[] arguments) {
      AtomicFile.write(
          Path.of(arguments[0]),
          out -> {
            out.write(new byte[1 << 20]);
            out.flush();
            System.out.println("half way");
            waitForTheEnd();
          });
    }
  }

  private static void waitForTheEnd() {
    Semaphore never = new Semaphore(0);
    try {
      if (!never.tryAcquire(2, TimeUnit.MINUTES)) {
        throw new IllegalStateException("nobody interrupted");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OutputStream fullDevice() throws IOException {
    return Files.newOutputStream(Path.of("/dev/full"));
  }

  private void assertRefused(Path target, String expected) {
    assertThatThrownBy(() -> AtomicFile.write(target, out -> out.write(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(target + ": " + expected);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
