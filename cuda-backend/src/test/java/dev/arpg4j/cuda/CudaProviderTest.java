package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CudaProviderTest {
  @Test
  void isFoundByName() {
    assertThat(BackendProvider.named("cuda")).isInstanceOf(CudaProvider.class);
  }

  @Test
  void saysInOneLineThatItIsNotHereYet() {
    BackendProvider provider = new CudaProvider();
    assertThat(provider.availability(BackendProvider.Settings.allCores()).available()).isFalse();
    assertThatThrownBy(() -> provider.open(BackendProvider.Settings.allCores()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not here yet")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aMissingDriverIsNamed() {
    DriverProbe probe = DriverProbe.of("libno-such-driver.so.1");
    assertThat(probe.usable()).isFalse();
    assertThat(probe.detail()).contains("libno-such-driver.so.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuInit", "cuDriverGetVersion", "cuDeviceGetCount"})
  void aFunctionThatFailsIsNamedWithItsStatus(String failing) {
    DriverProbe probe =
        DriverProbe.asking((function, argument) -> function.equals(failing) ? 803 : 0, "libx.so");
    assertThat(probe.usable()).isFalse();
    assertThat(probe.detail()).isEqualTo("libx.so is there, but " + failing + " answers error 803");
  }

  @ParameterizedTest
  @CsvSource({"0, false, 0 devices", "1, true, 1 device", "2, true, 2 devices"})
  void aDriverIsUsableWithADevice(int devices, boolean usable, String said) {
    DriverProbe probe = DriverProbe.asking(driver(12080, devices), "libx.so");
    assertThat(probe).isEqualTo(new DriverProbe(usable, "driver for CUDA 12.8 with " + said));
  }

  private static DriverProbe.Driver driver(int version, int devices) {
    return (function, argument) -> {
      if (argument instanceof MemorySegment result) {
        result.set(
            ValueLayout.JAVA_INT, 0, function.equals("cuDeviceGetCount") ? devices : version);
      }
      return 0;
    };
  }

  /** The C library is no driver: it loads, and has none of the functions asked for. */
  @Test
  void aLibraryThatIsNoDriverIsNotUsable() {
    assertThat(DriverProbe.of("libc.so.6").usable()).isFalse();
  }
}
