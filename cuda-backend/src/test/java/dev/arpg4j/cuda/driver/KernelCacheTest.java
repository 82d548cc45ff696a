package dev.arpg4j.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelCacheTest {
  private static final KernelCache.Key KEY = KernelCache.Key.of("source", List.of("-a"), "13.0");
  private static final byte[] IMAGE = {1, 2, 3, 4};

  @TempDir Path folder;
  private final List<String> warnings = new ArrayList<>();
  private int made;

  private byte[] get(Path where, KernelCache.Key key) {
    return new KernelCache(where, warnings::add)
        .get(
            key,
            () -> {
              made++;
              return IMAGE;
            });
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void whatWasMadeIsKeptForTheNextProcess() throws IOException {
    assertThat(get(folder, KEY)).isEqualTo(IMAGE);
    assertThat(get(folder, KEY)).isEqualTo(IMAGE);
    assertThat(made).isOne();
    assertThat(files()).containsExactly(folder.resolve(KEY.hex() + ".cubin"));
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 32, 35})
  void aDamagedEntryIsMadeAnew(int at) throws IOException {
    get(folder, KEY);
    Path file = files().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
    assertThat(get(folder, KEY)).isEqualTo(IMAGE);
    assertThat(get(folder, KEY)).isEqualTo(IMAGE);
    assertThat(made).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 32, 34})
  void aCutEntryIsMadeAnew(int length) throws IOException {
    get(folder, KEY);
    Path file = files().getFirst();
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), length));
    assertThat(get(folder, KEY)).isEqualTo(IMAGE);
    assertThat(made).isEqualTo(2);
  }

  @Test
  void withoutAFolderEveryRunCompilesAndSaysSoOnce() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    KernelCache cache = new KernelCache(file.resolve("kernels"), warnings::add);
    assertThat(cache.get(KEY, () -> IMAGE)).isEqualTo(IMAGE);
    assertThat(cache.get(KEY, () -> IMAGE)).isEqualTo(IMAGE);
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("compiled kernels are not kept, each run compiles its own: ")
        .contains(file.toString())
        .endsWith("set ARPG4J_CACHE to a folder that can be written")
        .doesNotContain("\n");
  }

  @Test
  void allThatAKernelDependsOnIsInItsKey() {
    List<KernelCache.Key> keys =
        List.of(
            KEY,
            KernelCache.Key.of("source2", List.of("-a"), "13.0"),
            KernelCache.Key.of("source", List.of("-b"), "13.0"),
            KernelCache.Key.of("source", List.of("-a"), "13.1"),
            KernelCache.Key.of("source", List.of(), "13.0-a"),
            KernelCache.Key.of("asource", List.of("-"), "13.0"));
    assertThat(keys).doesNotHaveDuplicates();
  }

  @Test
  void theFolderIsTheUsersWord() {
    assertThat(CacheFolder.path(Map.of(), "/home/u")).isEqualTo(Path.of("/home/u/.cache/arpg4j"));
    assertThat(CacheFolder.path(Map.of("XDG_CACHE_HOME", "/x"), "/home/u"))
        .isEqualTo(Path.of("/x/arpg4j"));
    assertThat(CacheFolder.path(Map.of("XDG_CACHE_HOME", "/x", "ARPG4J_CACHE", "/y"), "/home/u"))
        .isEqualTo(Path.of("/y"));
  }
}
