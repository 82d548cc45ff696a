package dev.arpg4j.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JvmFlagsTest {
  @Test
  void handsOnWhatTheUserSaid() {
    assertThat(JvmFlags.forMeasuring(List.of("-Xmx8g", "-XX:+UseTransparentHugePages"), null))
        .contains("-Xmx8g", "-XX:+UseTransparentHugePages", "--add-modules=jdk.incubator.vector");
  }

  @Test
  void keepsWhatBelongsToTheCommandLineAlone() {
    assertThat(
            JvmFlags.forMeasuring(
                List.of("-XX:AOTCache=arpg4j.aot", "-Darpg4j.stderr=3", "-Xlog:disable"), null))
        .noneMatch(flag -> flag.contains("AOT") || flag.contains("stderr"))
        .doesNotContain("-Xlog:disable");
  }

  @Test
  void saysNothingTwice() {
    assertThat(JvmFlags.forMeasuring(List.of("--add-modules=jdk.incubator.vector"), null))
        .doesNotHaveDuplicates();
  }

  @Test
  void limitsTheCores() {
    assertThat(JvmFlags.forMeasuring(List.of(), 1)).contains("-XX:ActiveProcessorCount=1");
  }
}
