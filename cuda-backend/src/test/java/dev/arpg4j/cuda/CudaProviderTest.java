package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaProviderTest {
  private final BackendProvider provider = new CudaProvider();

  @Test
  void isFoundByName() {
    assertThat(BackendProvider.named("cuda")).isInstanceOf(CudaProvider.class);
  }

  @Test
  void aComputeTypeItHasNotIsRefused() {
    Settings doubles = Settings.allCores().withComputeType(DType.F64);
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> provider.availability(doubles))
        .withMessage("backend cuda computes in F32 or BF16, not F64");
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> provider.open(doubles))
        .withMessage("backend cuda computes in F32 or BF16, not F64");
  }

  @Test
  void aFolderThatIsNotThereIsRefusedInOneLine(@TempDir Path empty) {
    Settings wrong = Settings.allCores().withLibraries(List.of(empty.resolve("none")));
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> provider.open(wrong))
        .withMessageContaining("none")
        .withMessageNotContaining("\n");
  }
}
