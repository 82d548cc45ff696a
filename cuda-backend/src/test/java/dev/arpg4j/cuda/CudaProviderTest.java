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
    assertThat(provider.availability(BackendProvider.Settings.allCores()).available()).isFalse();
    assertThatThrownBy(() -> provider.open(BackendProvider.Settings.allCores()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not here yet")
        .hasMessageNotContaining("\n");
  }
}
