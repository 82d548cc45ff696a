package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir Path folder;

  @Test
  void isForOneAtATime() {
    try (FolderLock _ = FolderLock.of(folder)) {
      assertThatThrownBy(() -> FolderLock.of(folder))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(folder + ": is being written by another run; wait for it, or name another");
    }
    FolderLock.of(folder).close();
  }

  @Test
  void deletesWhatKilledProcessesLeftAndNothingElse() throws IOException, InterruptedException {
    Process ended = new ProcessBuilder("true").start();
    assertThat(ended.waitFor()).isZero();
    Path left = Files.createFile(folder.resolve(".arpg4j-" + ended.pid() + "-3.tmp"));
    long here = ProcessHandle.current().pid();
    // In a container a process gets the number that the one before it had.
    Path earlier = Files.createFile(folder.resolve(".arpg4j-" + here + "-1000000.tmp"));
    Path open = TemporaryFiles.create(folder);
    Path other = Files.createFile(folder.resolve(".arpg4j-notes-3.tmp"));
    FolderLock.of(folder).close();
    assertThat(left).doesNotExist();
    assertThat(earlier).doesNotExist();
    assertThat(open).exists();
    TemporaryFiles.delete(open);
    assertThat(other).exists();
  }

  @Test
  void refusesAFolderThatIsNotThere() {
    assertThatThrownBy(() -> FolderLock.of(folder.resolve("nowhere")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(FolderLock.FILE_NAME + ": cannot be written");
  }
}
