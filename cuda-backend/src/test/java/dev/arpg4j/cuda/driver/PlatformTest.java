package dev.arpg4j.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64, true",
    "Linux, aarch64, linux-arm64, true",
    "Linux, riscv64, linux-riscv64, true",
    "Windows 11, amd64, windows-x86_64, false",
    "Mac OS X, aarch64, mac-arm64, false"
  })
  void isCalledAsItsArtifactsAre(String system, String processor, String name, boolean supported) {
    assertThat(Platform.of(system, processor)).isEqualTo(new Platform(name));
    assertThat(Platform.of(system, processor).supported()).isEqualTo(supported);
  }

  @Test
  void nativeCodeIsThereForThePlatformThatBuiltIt() {
    assertThat(new Platform("linux-riscv64").hasNativeCode()).isFalse();
    if (System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64")) {
      assertThat(Platform.current().hasNativeCode()).isTrue();
    }
  }
}
