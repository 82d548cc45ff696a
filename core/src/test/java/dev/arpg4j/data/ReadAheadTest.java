package dev.arpg4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadAheadTest {
  private static final NumberedSet SET = new NumberedSet(23, 3);

  @Test
  void givesWhatThePresentationSays() {
    Presentation presentation = new Presentation(SET, 5, 0.2);
    for (int ahead : new int[] {1, 4}) {
      try (ReadAhead batches = new ReadAhead(presentation, 10, 100, 8, ahead)) {
        int image = 10;
        while (batches.hasNext()) {
          int count = Math.min(8, 100 - image);
          assertThat(batches.next())
              .usingRecursiveComparison()
              .isEqualTo(presentation.batch(image, count));
          image += count;
        }
        assertThat(image).isEqualTo(100);
        assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
      }
    }
  }

  @Test
  void readsWhileTheConsumerDoesSomethingElse() throws InterruptedException {
    Watched watched = new Watched(-1);
    try (ReadAhead batches = new ReadAhead(new Presentation(watched, 0, 0), 0, 1000, 4, 2)) {
      watched.eightRead.await();
      assertThat(batches.hasNext()).isTrue();
    }
    assertThat(watched.readers).doesNotContain(Thread.currentThread());
  }

  @Test
  void aFailureSurfacesInItsPlaceAndInTheSameWords() {
    Presentation presentation = new Presentation(new Watched(7), 0, 0);
    int failing = failingBatch(presentation);
    try (ReadAhead batches = new ReadAhead(presentation, 0, 23, 1, 2)) {
      for (int batch = 0; batch < failing; batch++) {
        batches.next();
      }
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(batches::next)
            .isInstanceOf(InvalidInputException.class)
            .hasMessage("7.png: is no picture")
            .hasCauseInstanceOf(InvalidInputException.class);
      }
    }
  }

  @Test
  void whatElseGoesWrongSurfacesToo() {
    CodeSet outOfRange = new NumberedSet(5, 1).subset(0, 9);
    try (ReadAhead batches = new ReadAhead(new Presentation(outOfRange, 0, 0), 0, 2, 2, 1)) {
      assertThatThrownBy(batches::next)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Index 9 out of bounds");
    }
  }

  @Test
  void theThreadEndsWhateverHappens() {
    Watched watched = new Watched(-1);
    ReadAhead full = new ReadAhead(new Presentation(watched, 0, 0), 0, 1_000_000, 4, 1);
    full.next();
    full.close(); // while the thread waits for room
    full.close();
    Watched failing = new Watched(0);
    new ReadAhead(new Presentation(failing, 0, 0), 0, 23, 23, 1).close();
    Watched whole = new Watched(-1);
    try (ReadAhead batches = new ReadAhead(new Presentation(whole, 0, 0), 0, 23, 23, 1)) {
      batches.next();
    }
    assertThat(List.of(watched, failing, whole))
        .allSatisfy(
            set -> assertThat(set.readers).allSatisfy(r -> assertThat(r.isAlive()).isFalse()));
    assertThat(full.hasNext()).isTrue();
    assertThatThrownBy(
            () -> {
              full.next();
              full.next();
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("closed");
  }

  private static int failingBatch(Presentation presentation) {
    int good = 0;
    while (true) {
      try {
        presentation.batch(good, 1);
        good++;
      } catch (InvalidInputException e) {
        return good;
      }
    }
  }

  /** Knows who reads it, and cannot read one of its images. */
  private static final class Watched implements CodeSet {
    private final int bad;
    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();
    private final CountDownLatch eightRead = new CountDownLatch(8);

    Watched(int bad) {
      this.bad = bad;
    }

    @Override
    public int size() {
      return SET.size();
    }

    @Override
    public TokenGrid grid() {
      return SET.grid();
    }

    @Override
    public int vocabulary() {
      return SET.vocabulary();
    }

    @Override
    public List<String> classNames() {
      return SET.classNames();
    }

    @Override
    public int label(int index) {
      return SET.label(index);
    }

    @Override
    public int[] codes(int index) {
      readers.add(Thread.currentThread());
      eightRead.countDown();
      if (index == bad) {
        throw new InvalidInputException(index + ".png: is no picture");
      }
      return SET.codes(index);
    }
  }
}
