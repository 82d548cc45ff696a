package dev.arpg4j.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaLibrariesTest {
  @TempDir Path root;

  private Path put(String file) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.exists(path) ? path : Files.createFile(path);
  }

  private CudaLibraries find(Map<String, String> variables, Path... given) {
    return CudaLibraries.find(List.of(given), new SearchFolder.Machine(variables, root));
  }

  private static String how(CudaLibraries libraries, Library library) {
    return libraries.found(library).map(CudaLibraries.Found::how).orElse("missing");
  }

  private static Path where(CudaLibraries libraries, Library library) {
    return libraries.found(library).orElseThrow().file();
  }

  @Test
  void foldersOfAKindAreSaidByTheFirst() throws IOException {
    Path one = Files.createDirectories(root.resolve("one"));
    Path toolkit = Files.createDirectories(root.resolve("usr/local/cuda/lib64"));
    Files.createDirectories(root.resolve("usr/local/cuda-13.0/lib64"));
    CudaLibraries libraries =
        CudaLibraries.find(List.of(one), new SearchFolder.Machine(Map.of(), root));
    assertThat(libraries.searched())
        .isEqualTo("%s, %s (CUDA toolkit, 2 folders)".formatted(one, toolkit));
  }

  @Test
  void aBareMachineHasNothing() {
    CudaLibraries libraries = find(Map.of());
    assertThat(libraries.found()).isEmpty();
    assertThat(libraries.missing()).containsExactly(Library.values());
    assertThat(libraries.searched()).isEqualTo("no folder of those usual");
  }

  /** Each place in turn, from the last to the first: the one before goes ahead of it. */
  @Test
  void placesAreLookedAtInOrder() throws IOException {
    String blas = "libcublas.so.13";
    String python = "lib/python3.12/site-packages/nvidia/";
    put("usr/lib64/" + blas);
    Map<String, String> variables =
        Map.of(
            "VIRTUAL_ENV", root + "/venv",
            "CUDA_HOME", root + "/home",
            "LD_LIBRARY_PATH", root + "/ld",
            "PATH", root + "/nothing:" + root + "/py/bin",
            "ARPG4J_CUDA_LIBS", root + "/own");
    Files.createDirectories(root.resolve("own"));
    assertThat(how(find(variables), Library.BLAS)).isEqualTo("the system's loader");
    put("ld/" + blas);
    assertThat(how(find(variables), Library.BLAS)).isEqualTo("LD_LIBRARY_PATH");
    put("usr/local/nvidia/lib64/" + blas);
    assertThat(how(find(variables), Library.BLAS)).isEqualTo("the driver's mount");
    put("usr/local/cuda-13.0/lib64/" + blas);
    assertThat(how(find(variables), Library.BLAS)).isEqualTo("CUDA toolkit");
    put("home/lib64/" + blas);
    assertThat(how(find(variables), Library.BLAS)).isEqualTo("CUDA_HOME");
    put("py/" + python + "cu13/lib/" + blas);
    assertThat(put("py/bin/python3").toFile().setExecutable(true)).isTrue();
    assertThat(how(find(variables), Library.BLAS)).isEqualTo("Python wheels, python3 on PATH");
    put("venv/" + python + "cublas/lib/" + blas);
    assertThat(how(find(variables), Library.BLAS)).isEqualTo("Python wheels, VIRTUAL_ENV");
    put("own/" + blas);
    assertThat(how(find(variables), Library.BLAS)).isEqualTo("ARPG4J_CUDA_LIBS");
    put("given/lib64/" + blas);
    CudaLibraries first = find(variables, root.resolve("given"));
    assertThat(how(first, Library.BLAS)).isEqualTo("--cuda-libs");
    assertThat(where(first, Library.BLAS)).isEqualTo(root.resolve("given/lib64/" + blas));
    assertThat(first.found())
        .hasToString("[libcublas.so.13 in " + root + "/given/lib64 (--cuda-libs)]");
    assertThat(first.missing()).hasSize(Library.values().length - 1).doesNotContain(Library.BLAS);
  }

  @Test
  void foldersOfTheLoadersConfigurationAreRead() throws IOException {
    put("opt/driver/libcuda.so.1");
    Path list = put("etc/ld.so.conf.d/driver.conf");
    Files.writeString(list, "# the driver\n/opt/driver\n");
    assertThat(where(find(Map.of()), Library.DRIVER))
        .isEqualTo(root.resolve("opt/driver/libcuda.so.1"));
  }

  /** A folder may let files be opened by name and yet not be listed. */
  @Test
  void aFolderThatMayNotBeListedHasNoBuiltins() throws IOException {
    put("a/libnvrtc.so.13");
    put("a/libnvrtc-builtins.so.13.0");
    Path closed = root.resolve("a");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("--x--x--x"));
    try {
      assumeFalse(
          Files.isReadable(closed), "not run: who runs the tests may list any folder, as root may");
      CudaLibraries libraries = find(Map.of(), closed);
      assertThat(libraries.found(Library.COMPILER)).isPresent();
      assertThat(libraries.missing()).contains(Library.COMPILER_BUILTINS);
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void companionsComeFromOneFolder() throws IOException {
    put("a/libcublasLt.so.13");
    put("a/libnvrtc-builtins.so.13.0");
    put("b/libcublas.so.13");
    put("b/libcublasLt.so.13");
    put("b/libnvrtc.so.13");
    put("b/libnvrtc-builtins.so.13.1");
    CudaLibraries libraries = find(Map.of(), root.resolve("a"), root.resolve("b"));
    for (CudaLibraries.Found found : libraries.found()) {
      assertThat(found.file()).hasParentRaw(root.resolve("b"));
    }
    assertThat(libraries.found()).hasSize(4);
  }

  @Test
  void versionsAreThoseOfTheFileOrOfItsWheel() throws IOException {
    Path real = put("a/libcublas.so.13.1.0.3");
    Files.createSymbolicLink(root.resolve("a/libcublas.so.13"), real);
    String packages = "venv/lib/python3.12/site-packages/";
    put(packages + "nvidia/cu13/lib/libnvrtc.so.13");
    Files.createDirectories(root.resolve(packages + "nvidia_cuda_nvrtc-13.0.88.dist-info"));
    put(packages + "nvidia/cu13/lib/libcudart.so.13");
    CudaLibraries libraries = find(Map.of("VIRTUAL_ENV", root + "/venv"), root.resolve("a"));
    assertThat(libraries.found(Library.BLAS).orElseThrow().version()).isEqualTo("13.1.0.3");
    assertThat(libraries.found(Library.COMPILER).orElseThrow().version()).isEqualTo("13.0.88");
    assertThat(libraries.found(Library.RUNTIME).orElseThrow().version()).isEmpty();
  }

  @Test
  void aFolderThatIsNotThereIsNamedWithWhoNamedIt() {
    Path nowhere = root.resolve("nowhere");
    assertThatThrownBy(() -> find(Map.of(), nowhere))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("--cuda-libs " + nowhere + ": no such folder");
    assertThatThrownBy(() -> find(Map.of("ARPG4J_CUDA_LIBS", nowhere.toString())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("ARPG4J_CUDA_LIBS " + nowhere + ": no such folder");
  }
}
