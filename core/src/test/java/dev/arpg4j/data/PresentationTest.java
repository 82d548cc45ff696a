package dev.arpg4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PresentationTest {
  private static final NumberedSet SET = new NumberedSet(37, 1);

  @Test
  void eachEpochPresentsEveryImageOnceInAnOrderOfItsOwn() {
    Presentation presentation = new Presentation(SET, 3, 0);
    Set<String> orders = new HashSet<>();
    for (int epoch = 0; epoch < 5; epoch++) {
      int[] indices = presentation.batch(37 * epoch, 37).indices();
      assertThat(Arrays.stream(indices).sorted().toArray())
          .isEqualTo(IntStream.range(0, 37).toArray());
      orders.add(Arrays.toString(indices));
    }
    orders.add(Arrays.toString(new Presentation(SET, 4, 0).batch(0, 37).indices()));
    orders.add(Arrays.toString(Presentation.setAside(3, 37)));
    assertThat(orders).hasSize(7);
  }

  @Test
  void anyPositionIsHadWithoutThoseBefore() {
    Presentation.Batch whole = new Presentation(SET, 9, 0.3).batch(0, 200);
    for (int from : new int[] {0, 1, 36, 37, 100, 190}) {
      Presentation.Batch part = new Presentation(SET, 9, 0.3).batch(from, 10);
      assertThat(part.firstImage()).isEqualTo(from);
      assertThat(part.size()).isEqualTo(10);
      int to = from + 10;
      assertThat(part.indices()).isEqualTo(Arrays.copyOfRange(whole.indices(), from, to));
      assertThat(part.labels()).isEqualTo(Arrays.copyOfRange(whole.labels(), from, to));
      assertThat(part.labelDropped()).isEqualTo(Arrays.copyOfRange(whole.labelDropped(), from, to));
      assertThat(part.codes()).isDeepEqualTo(Arrays.copyOfRange(whole.codes(), from, to));
    }
  }

  /**
   * A part of what a recipe and a seed mean: a run that is resumed later must find it unchanged.
   */
  @Test
  void theOrderNeverChanges() {
    assertThat(new Presentation(SET, 3, 0).batch(35, 6).indices())
        .containsExactly(14, 31, 4, 7, 32, 16);
  }

  @Test
  void labelsAndCodesAreThoseOfTheImage() {
    Presentation.Batch batch = new Presentation(SET, 1, 0).batch(20, 30);
    for (int i = 0; i < batch.size(); i++) {
      assertThat(batch.labels()[i]).isEqualTo(SET.label(batch.indices()[i]));
      assertThat(batch.codes()[i]).isEqualTo(SET.codes(batch.indices()[i]));
    }
  }

  @Test
  void dropsLabelsAsOftenAsAsked() {
    int images = 10_000;
    assertThat(dropped(0, images)).isZero();
    assertThat(dropped(1, images)).isEqualTo(images);
    // A count of 10000 draws at 0.1 has the standard deviation 30; five of them.
    assertThat(dropped(0.1, images)).isBetween(850L, 1150L);
    boolean[] first = new Presentation(SET, 0, 0.5).batch(0, 37).labelDropped();
    boolean[] second = new Presentation(SET, 0, 0.5).batch(37, 37).labelDropped();
    assertThat(first).as("keyed by the number in the run").isNotEqualTo(second);
  }

  private static long dropped(double probability, int images) {
    boolean[] dropped = new Presentation(SET, 0, probability).batch(0, images).labelDropped();
    return IntStream.range(0, images).filter(i -> dropped[i]).count();
  }

  @Test
  void dropsConditionsAsOftenAsAskedAndNotWithLabels() {
    CodeSet conditioned = new Conditioned(SET);
    Presentation.Batch batch = new Presentation(conditioned, 0, 0.5, 0.2).batch(0, 10_000);
    int dropped = 0;
    int both = 0;
    for (int i = 0; i < batch.size(); i++) {
      boolean without = batch.conditions()[i].length == 0;
      dropped += without ? 1 : 0;
      both += without && batch.labelDropped()[i] ? 1 : 0;
      if (!without) {
        assertThat(batch.conditions()[i]).containsExactly(batch.indices()[i]);
      }
    }
    // Counts of 10000 draws at 0.2 and at 0.1 have the standard deviations 40 and 30; five of them.
    assertThat(dropped).isBetween(1800, 2200);
    assertThat(both).isBetween(850, 1150);
    assertThat(Arrays.stream(new Presentation(conditioned, 0, 0, 1).batch(0, 9).conditions()))
        .allMatch(each -> each.length == 0);
    assertThat(
            Arrays.stream(
                new Presentation(conditioned.subset(30, 31), 0, 0).batch(0, 2).conditions()))
        .allMatch(each -> each[0] == 30 || each[0] == 31);
  }

  /** Images whose condition is their number. */
  private record Conditioned(CodeSet set) implements CodeSet {
    @Override
    public int size() {
      return set.size();
    }

    @Override
    public TokenGrid grid() {
      return set.grid();
    }

    @Override
    public int vocabulary() {
      return set.vocabulary();
    }

    @Override
    public List<String> classNames() {
      return set.classNames();
    }

    @Override
    public int label(int index) {
      return set.label(index);
    }

    @Override
    public int[] codes(int index) {
      return set.codes(index);
    }

    @Override
    public float[] conditions(int index) {
      return new float[] {index};
    }
  }

  @Test
  void presentsAnotherViewInAnotherEpoch() {
    NumberedSet viewed = new NumberedSet(50, 4);
    int[] counts = new int[4];
    boolean changed = false;
    Presentation presentation = new Presentation(viewed, 0, 0);
    int[] before = new int[50];
    for (int epoch = 0; epoch < 20; epoch++) {
      Presentation.Batch batch = presentation.batch(50 * epoch, 50);
      for (int i = 0; i < 50; i++) {
        int view = batch.codes()[i][1];
        counts[view]++;
        changed |= epoch > 0 && before[batch.indices()[i]] != view;
        before[batch.indices()[i]] = view;
      }
    }
    assertThat(changed).isTrue();
    // A count of 1000 draws at 1/4 has the standard deviation 13.7; five of them.
    assertThat(Arrays.stream(counts)).allMatch(count -> count > 181 && count < 319);
  }

  @Test
  void refusesWhatCannotBePresented() {
    assertThatThrownBy(() -> new Presentation(SET.subset(), 0, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("data: no images to train on, expected 1 or more");
    assertThatThrownBy(() -> new Presentation(SET, 0, Double.NaN))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("label drop NaN, expected a probability 0 .. 1");
  }
}
