package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredZipTest {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.US_ASCII);
  private static final long FAR = (1L << 32) + 4096;

  @TempDir Path folder;

  @Test
  void findsEntriesWhereTheyLie() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a", new byte[] {1, 2});
    entries.put("b/\u00e9", CONTENT);
    Path path = PickleBytes.zip(folder.resolve("a.zip"), entries);
    MappedFile file = new MappedFile(path, Files.size(path));
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      StoredZip zip = StoredZip.open(file, channel);
      assertThat(zip.names()).containsExactly("a", "b/\u00e9");
      assertThat(content(file, channel, zip.find("b/\u00e9"))).isEqualTo(CONTENT);
      assertThat(zip.find("c")).isNull();
    }
  }

  /** An entry beyond 4 GB in a sparse file: its place and every size stand in zip64 fields. */
  @Test
  void findsEntriesBeyondFourGigabytes() throws IOException {
    Path path = folder.resolve("large.zip");
    writeFarArchive(path, FAR);
    MappedFile file = new MappedFile(path, Files.size(path));
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      StoredZip zip = StoredZip.open(file, channel);
      StoredZip.Region region = zip.find("far");
      assertThat(region).isEqualTo(new StoredZip.Region(FAR + 33, CONTENT.length));
      assertThat(content(file, channel, region)).isEqualTo(CONTENT);
    }
  }

  @Test
  void refusesEntriesOutsideTheFile() throws IOException {
    Path path = folder.resolve("large.zip");
    for (long told : new long[] {FAR + 1, FAR + 1000, Long.MAX_VALUE, -1}) {
      writeFarArchive(path, told);
      assertThatThrownBy(() -> find(path, "far"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(path + ": entry far ");
    }
  }

  @Test
  void readsPastAComment() throws IOException {
    Path path = PickleBytes.zip(folder.resolve("a.zip"), Map.of("a", CONTENT));
    byte[] bytes = Files.readAllBytes(path);
    ByteBuffer commented = little(bytes.length + 300).put(bytes);
    commented.putShort(bytes.length - 2, (short) 300);
    // Looks like another end record, but one whose comment would not reach the end.
    commented.putInt(bytes.length + 40, 0x06054b50);
    Files.write(path, commented.array());
    assertThat(find(path, "a")).isNotNull();
  }

  @Test
  void refusesTwoEntriesOfOneName() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("aa", CONTENT);
    entries.put("bb", CONTENT);
    Path path = PickleBytes.zip(folder.resolve("a.zip"), entries);
    String text = Files.readString(path, StandardCharsets.ISO_8859_1);
    Files.writeString(path, text.replace("bb", "aa"), StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> find(path, "aa"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": zip archive has two entries aa");
  }

  @Test
  void refusesArchivesWithoutAnEnd() throws IOException {
    Path path = Files.writeString(folder.resolve("a.zip"), "PK\3\4" + "x".repeat(100_000));
    assertThatThrownBy(() -> find(path, "a"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": is a zip archive without its end record (cut short?)");
  }

  private static StoredZip.Region find(Path path, String name) throws IOException {
    MappedFile file = new MappedFile(path, Files.size(path));
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return StoredZip.open(file, channel).find(name);
    }
  }

  private static byte[] content(MappedFile file, FileChannel channel, StoredZip.Region region)
      throws IOException {
    return file.read(channel, region.position(), (int) region.length()).array();
  }

  /** One entry, "far", at {@link #FAR}; the directory says that it is at {@code told}. */
  private static void writeFarArchive(Path path, long told) throws IOException {
    ByteBuffer tail = little(33 + CONTENT.length + 46 + 3 + 28 + 56 + 20 + 22);
    tail.putInt(0x04034b50).put(new byte[22]).putShort((short) 3).putShort((short) 0);
    tail.put("far".getBytes(StandardCharsets.US_ASCII)).put(CONTENT);
    long directory = FAR + tail.position();
    tail.putInt(0x02014b50).put(new byte[16]).putInt(-1).putInt(-1);
    tail.putShort((short) 3).putShort((short) 28).put(new byte[10]).putInt(-1);
    tail.put("far".getBytes(StandardCharsets.US_ASCII));
    tail.putShort((short) 1).putShort((short) 24);
    tail.putLong(CONTENT.length).putLong(CONTENT.length).putLong(told);
    long end = FAR + tail.position();
    tail.putInt(0x06064b50).putLong(44).put(new byte[12]).putLong(1).putLong(1);
    tail.putLong(end - directory).putLong(directory);
    tail.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    tail.putInt(0x06054b50).putInt(0).putShort((short) -1).putShort((short) -1);
    tail.putInt(-1).putInt(-1).putShort((short) 0);
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.SPARSE)) {
      channel.write(tail.flip(), FAR);
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
