package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFileTest {
  private static final Map<String, String> RUN = settings("64");

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("a.part");
  }

  @Test
  void goesOnWhereItWas() throws IOException {
    try (RecordFile file = RecordFile.open(path, RUN, 3)) {
      assertThat(file.records()).isZero();
      file.append(new byte[] {1, 2, 3, 4, 5, 6});
    }
    try (RecordFile file = RecordFile.open(path, RUN, 3)) {
      assertThat(file.records()).isEqualTo(2);
      file.append(new byte[] {7, 8, 9});
      assertThat(content(file, 3)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
      assertThat(content(file, 1)).containsExactly(1, 2, 3);
      assertThatThrownBy(() -> content(file, 4)).isInstanceOf(IndexOutOfBoundsException.class);
      file.delete();
    }
    assertThat(folder).isEmptyDirectory();
  }

  /** Wherever the file ends, what is written afterwards is the same file. */
  @Test
  void aRunKilledAtAnyByteGoesOn() throws IOException {
    byte[] all = {1, 2, 3, 4, 5, 6};
    try (RecordFile file = RecordFile.open(path, RUN, 2)) {
      file.append(all);
    }
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      try (RecordFile file = RecordFile.open(path, RUN, 2)) {
        int from = (int) file.records() * 2;
        assertThat(from).isBetween(length - whole.length + 5, 6);
        file.append(Arrays.copyOfRange(all, from, all.length));
      }
      assertThat(path).hasBinaryContent(whole);
    }
  }

  @Test
  void readsMoreThanOnePiece() throws IOException {
    byte[] many = new byte[(1 << 20) + 300];
    Arrays.setAll(new Object[many.length], i -> many[i] = (byte) (i * 31));
    try (RecordFile file = RecordFile.open(path, RUN, 1)) {
      file.append(many);
      assertThat(content(file, many.length)).isEqualTo(many);
    }
  }

  @Test
  void refusesTheFileOfAnotherRunAndKeepsIt() throws IOException {
    try (RecordFile file = RecordFile.open(path, RUN, 1)) {
      file.append(new byte[] {42});
    }
    byte[] before = Files.readAllBytes(path);
    assertRefused(
        settings("32"),
        "a.part: belongs to another run, whose steps is 64 and not 32; delete it, or name another"
            + " result");
    assertRefused(Map.of("colour", "red"), "whose colour is unknown and not red");
    assertRefused(Map.of("model", "shapes10"), "belongs to another run; delete it");
    assertThat(path).hasBinaryContent(before);
  }

  @Test
  void refusesWhatIsNoUnfinishedResult() throws IOException {
    Files.writeString(path, "dear diary\n\n");
    assertRefused(RUN, "is in the place of an unfinished result and is none");
    assertThat(path).hasContent("dear diary\n\n");
    Files.delete(path);
    Files.createDirectory(path);
    assertRefused(RUN, "cannot be written");
  }

  @Test
  void refusesTwoAtOnce() {
    try (RecordFile file = RecordFile.open(path, RUN, 1)) {
      assertThat(file.records()).isZero();
      assertRefused(RUN, "is being written by another run");
    }
  }

  @Test
  void refusesHalfARecord() {
    try (RecordFile file = RecordFile.open(path, RUN, 2)) {
      assertThatIllegalArgumentException().isThrownBy(() -> file.append(new byte[3]));
    }
  }

  /** A device that is always full takes neither header nor record. */
  @Test
  void saysThatTheDiskIsFull() throws IOException {
    Path full = Files.createSymbolicLink(path, Path.of("/dev/full"));
    assertThatThrownBy(() -> RecordFile.open(full, RUN, 1).append(new byte[] {1}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("No space left on device");
  }

  private void assertRefused(Map<String, String> settings, String expected) {
    assertThatThrownBy(() -> RecordFile.open(path, settings, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(expected);
  }

  private static byte[] content(RecordFile file, int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    file.read(count, bytes::write);
    return bytes.toByteArray();
  }

  private static Map<String, String> settings(String steps) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", "shapes10");
    settings.put("steps", steps);
    return settings;
  }
}
