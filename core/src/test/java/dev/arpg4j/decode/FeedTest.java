package dev.arpg4j.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.decode.Feed.Read;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedTest {
  @Test
  void rowsOfAGroupSeeEachOtherAndAllBefore() {
    Feed feed =
        Feed.after(5, 0)
            .add(Role.CONTENT, 0, 5)
            .predicts(5, 8)
            .uncached()
            .add(Role.QUERY, 8)
            .seeing(slot -> slot.place() / 2);
    assertThat(feed.ends()).containsExactly(7, 7, 9, 9, 10, 10);
    assertThat(feed.reads()).containsExactly(2, 3, 4);
  }

  @Test
  void readsOfSeveralHeadsComeOneEachBeforeTheNext() {
    Feed feed =
        Feed.after(0, 0)
            .add(Role.CONTENT, 0, 3)
            .predicts(7, new Read(0, 1), new Read(1, 2))
            .predicts(8, new Read(1, 0), new Read(0, 2))
            .seeing(Pass1Mask.CHUNK);
    assertThat(feed.reads()).containsExactly(1, 3, 5, 2);
    assertThat(feed.readings(0)).containsExactly(new Read(0, 1), new Read(1, 2));
    assertThat(feed.readings(1)).containsExactly(new Read(1, 0), new Read(0, 2));
  }

  @Test
  void targetsReadFromDifferentNumbersOfRowsAreRefused() {
    Feed.Builder feed =
        Feed.after(0, 0)
            .add(Role.CONTENT, 0, 2)
            .predicts(1)
            .predicts(2, new Read(0, 0), new Read(0, 1));
    assertThatThrownBy(() -> feed.seeing(Pass1Mask.CHUNK))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Each head's row, and rows that ask, are found again among all rows. */
  @Test
  void joinedFeedsReadTheSameRows() {
    Feed first =
        Feed.after(0, 0)
            .add(Role.CONDITION, 0)
            .uncached()
            .add(Role.QUERY, 0)
            .predicts(0, new Read(0, 0), new Read(1, 1))
            .seeing(Pass1Mask.CHUNK);
    Feed second =
        Feed.after(1, 1)
            .add(Role.CONTENT, 0)
            .uncached()
            .add(Role.QUERY, 1)
            .predicts(1, new Read(1, 0), new Read(0, 1))
            .seeing(Pass1Mask.CHUNK);
    Feed joined = Feed.joined(List.of(first, second));
    assertThat(joined.rows())
        .extracting(Slot::role)
        .containsExactly(Role.CONDITION, Role.CONTENT, Role.QUERY, Role.QUERY);
    assertThat(joined.ends()).containsExactly(1, 2, 1, 2);
    assertThat(joined.readings(0)).containsExactly(new Read(0, 0), new Read(1, 2));
    assertThat(joined.readings(1)).containsExactly(new Read(1, 1), new Read(0, 3));
  }
}
