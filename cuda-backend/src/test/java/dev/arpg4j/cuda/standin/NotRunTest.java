package dev.arpg4j.cuda.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.TestExecutionListener;

class NotRunTest {
  @Test
  void countsTheTestsOfEachReason() {
    NotRun notRun = new NotRun();
    notRun.note(1, "Assumption failed: not run: no g++");
    notRun.note(20, "not run: no g++");
    notRun.note(1, "switched off");
    assertThat(notRun.lines())
        .containsExactly("[21 tests] not run: no g++", "[1 tests] not run: switched off");
  }

  @Test
  void isFoundByTheLauncher() {
    assertThat(ServiceLoader.load(TestExecutionListener.class))
        .hasAtLeastOneElementOfType(NotRun.class);
  }
}
