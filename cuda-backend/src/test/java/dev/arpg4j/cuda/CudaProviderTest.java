package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import org.junit.jupiter.api.Test;

class CudaProviderTest {
  @Test
  void isFoundByName() {
    assertThat(BackendProvider.named("cuda")).isInstanceOf(CudaProvider.class);
  }

  @Test
  void saysInOneLineThatItIsNotHereYet() {
    BackendProvider provider = new CudaProvider();
    assertThat(provider.availability().available()).isFalse();
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

  /** The C library is no driver: it loads, and has none of the functions asked for. */
  @Test
  void aLibraryThatIsNoDriverIsNotUsable() {
    assertThat(DriverProbe.of("libc.so.6").usable()).isFalse();
  }
}
