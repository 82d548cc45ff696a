package dev.arpg4j.variant;

import dev.arpg4j.decode.Network;

/**
 * Every cell predicted from the true tokens before it: the plain mean cross-entropy of all places
 * (VARIANTS.md 1.6).
 *
 * @param order in which an image's cells are fed
 * @param mask which rows are fed, and what they see
 */
public record TeacherForced(Architecture architecture, TrainingOrder order, TrainingMask mask)
    implements Objective {
  /** As the system's paper trains it. */
  public TeacherForced(Architecture architecture) {
    this(architecture, new TrainingOrder.Own(), new TrainingMask.Own());
  }

  /** The same in another order. */
  public TeacherForced in(TrainingOrder other) {
    return new TeacherForced(architecture, other, mask);
  }

  /** The same under another mask. */
  public TeacherForced under(TrainingMask other) {
    return new TeacherForced(architecture, order, other);
  }

  @Override
  public TeacherForced over(long images) {
    return in(order.over(images));
  }

  /** Under its paper's own mask, in the order that it is trained in at last. */
  @Override
  public TeacherForced judged() {
    return in(order.last()).under(new TrainingMask.Own());
  }

  @Override
  public Loss of(Network network, Examples examples) {
    ForcedRows rows =
        ForcedRows.of(
            network,
            mask.feed(architecture, examples.seed(), examples.step()),
            examples,
            image -> order.of(architecture, examples.seed(), image));
    return rows.mean();
  }
}
