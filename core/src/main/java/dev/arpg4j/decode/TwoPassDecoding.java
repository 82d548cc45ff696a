package dev.arpg4j.decode;

import dev.arpg4j.model.Readout;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * The loop of VARIANTS.md 1.7: each step feeds what the one before decoded, at first the class, and
 * asks for its own cells by [MASK] queries; known cells go after the class, as one chunk (1.9). The
 * tokens of the last step are never fed.
 *
 * @param readout without queries, the newest row predicts the next cell
 */
public record TwoPassDecoding(Readout readout) implements Decoding {
  @Override
  public Plan plan(DecodeSettings settings, int cells) {
    return Plan.of(settings.schedule(), cells, settings.steps());
  }

  @Override
  public Layout layout(DecodeSettings settings, Plan plan, int known) {
    return layout(settings.pass1(), plan, known);
  }

  /** The layout under a mask of pass 1, whatever settings say. */
  public Layout layout(Visibility pass1, Plan plan, int known) {
    if (readout == Readout.CONTENT_ROWS && plan.steps().size() != plan.cells()) {
      throw new InvalidInputException(
          "steps %d: a model without cross layers decodes one cell a step, expected %d"
              .formatted(plan.steps().size(), plan.cells()));
    }
    List<Feed> before = new ArrayList<>();
    if (known > 0) {
      before.add(Feed.after(0, -1).add(Role.CONDITION, 0).seeing(pass1));
    }
    List<Feed> feeds = new ArrayList<>();
    int held = before.size();
    for (Plan.Step step : plan.steps()) {
      Feed.Builder feed = Feed.after(held, step.index());
      if (step.index() > 0) {
        int from = plan.steps().get(step.index() - 1).from();
        feed.add(Role.CONTENT, known + from, known + step.from());
      } else if (known > 0) {
        feed.add(Role.CONTENT, 0, known);
      } else {
        feed.add(Role.CONDITION, 0);
      }
      held += feed.size();
      if (readout == Readout.QUERY_ROWS) {
        feed.uncached().add(Role.QUERY, known + step.from(), known + step.to());
      }
      feed.predicts(known + step.from(), known + step.to());
      feeds.add(feed.seeing(pass1));
    }
    return new Layout(plan, known, before, feeds);
  }
}
