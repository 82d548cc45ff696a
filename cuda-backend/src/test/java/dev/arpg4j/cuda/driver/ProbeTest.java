package dev.arpg4j.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTest {
  @TempDir Path bare;

  @BeforeEach
  void onTheStandIn() {
    StandIn.required();
    StandIn.reset();
  }

  @AfterEach
  void asItWas() {
    if (StandIn.libraries().isPresent()) {
      StandIn.reset();
    }
  }

  /** What a machine has that has nothing but what is in {@code folder}. */
  private CudaLibraries only(Path folder) {
    return CudaLibraries.find(List.of(folder), new SearchFolder.Machine(Map.of(), bare));
  }

  private Probe probe(int device) {
    return Probe.of(device, only(StandIn.required()));
  }

  @Test
  void saysWhatItFound() {
    assertThat(probe(0))
        .isEqualTo(
            new Probe(
                true,
                "device 0: stand-in on the CPU, compute capability 9.0, driver for CUDA 13.0,"
                    + " cuBLAS"));
  }

  @Test
  void noDriver() {
    Path folder = StandIn.without("libcuda.so");
    assertThat(Probe.of(0, only(folder)))
        .isEqualTo(new Probe(false, "no NVIDIA driver: libcuda.so.1 is not in " + folder));
  }

  @ParameterizedTest
  @CsvSource({"12040, 12.4", "12090, 12.9", "11080, 11.8"})
  void oldDriver(int version, String said) {
    StandIn.set("driverVersion", version);
    assertThat(probe(0))
        .isEqualTo(new Probe(false, "the NVIDIA driver supports CUDA " + said + ", needs 13.0"));
  }

  @Test
  void noDevice() {
    StandIn.set("deviceCount", 0);
    assertThat(probe(0).usable()).isFalse();
    assertThat(probe(0).detail()).startsWith("the NVIDIA driver sees no device");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 'device 1: there is 1, number 0'",
    "-1, 1, 'device -1: there is 1, number 0'",
    "3, 2, 'device 3: there are 2, from 0'"
  })
  void deviceThatIsNotThere(int device, int devices, String said) {
    StandIn.set("deviceCount", devices);
    assertThat(probe(device)).isEqualTo(new Probe(false, said));
  }

  @Test
  void deviceThatIsTooOld() {
    StandIn.set("computeCapability", 75);
    assertThat(probe(0))
        .isEqualTo(
            new Probe(
                false, "device 0 (stand-in on the CPU) has compute capability 7.5, needs 8.0"));
  }

  @Test
  void driverThatFails() {
    StandIn.fail("cuInit", 1, 803);
    assertThat(probe(0))
        .isEqualTo(
            new Probe(
                false,
                "the NVIDIA driver's cuInit answers error 803 (CUDA_ERROR_SYSTEM_DRIVER_MISMATCH)"));
  }

  @ParameterizedTest
  @CsvSource({
    "libcublas.so, libcublas.so.13",
    "libcublasLt.so, libcublasLt.so.13",
    "libcudart.so, libcudart.so.13",
    "libnvrtc.so, libnvrtc.so.13",
    "libnvrtc-builtins.so, libnvrtc-builtins.so.13"
  })
  void missingLibrary(String file, String said) {
    Path folder = StandIn.without(file);
    assertThat(Probe.of(0, only(folder)))
        .isEqualTo(
            new Probe(
                false,
                said
                    + " missing: not in "
                    + folder
                    + "; give the folder that holds CUDA 13 by --cuda-libs"));
    assertThatThrownBy(() -> Gpu.open(0, only(folder)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(said + " missing");
  }

  /** Two drivers in one process would serve some callers each. */
  @Test
  void anotherDriverThanTheOneThatIsLoaded() throws IOException {
    assertThat(probe(0).usable()).isTrue();
    Path other = Files.createDirectory(bare.resolve("other"));
    Files.copy(StandIn.required().resolve("libcuda.so.1"), other.resolve("libcuda.so.1"));
    assertThat(Probe.of(0, only(other)).detail())
        .contains("is loaded, and " + other.toRealPath())
        .endsWith("a process has one set of CUDA libraries");
  }

  /** Whatever the loader refuses is named; in a process of its own, which has loaded no driver. */
  @Test
  void driverThatIsNone() throws Exception {
    Path folder = Files.createDirectory(bare.resolve("broken"));
    Files.writeString(folder.resolve("libcuda.so.1"), "no library");
    assertThat(inAnotherProcess(folder))
        .contains("Probe[usable=false, detail=" + folder.resolve("libcuda.so.1"))
        .contains("cannot be loaded");
  }

  /** A preset that fails to load once stays broken: none may be touched on the way to a no. */
  @Test
  void noClassOfJavaCppIsTouched() throws Exception {
    assertThat(inAnotherProcess(StandIn.required()))
        .contains("usable=true")
        .contains("dev.arpg4j.cuda.driver.Probe source:")
        .doesNotContain("org.bytedeco");
  }

  private String inAnotherProcess(Path libraries) throws Exception {
    return AnotherProcess.output(
        Look.class, List.of("-Xlog:class+load:stdout"), libraries.toString(), bare.toString());
  }

  /** What the other process runs. */
  static final class Look {
    private Look() {}

    public static void main(String[] folders) {
      CudaLibraries libraries =
          CudaLibraries.find(
              List.of(Path.of(folders[0])),
              new SearchFolder.Machine(Map.of(), Path.of(folders[1])));
      System.out.println(Probe.of(0, libraries));
    }
  }
}
