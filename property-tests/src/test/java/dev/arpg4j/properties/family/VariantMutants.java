package dev.arpg4j.properties.family;

import dev.arpg4j.decode.ConditionInputs;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.KnownIds;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.KvShape;
import dev.arpg4j.model.Learned;
import dev.arpg4j.model.RopeTable;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** At least one fault for each system of the family. */
final class VariantMutants {
  private VariantMutants() {}

  static List<VariantMutant> all() {
    return List.of(
        VariantMutant.ofFeeds(
            "arpg",
            "tokens fed together do not see those after them",
            "P6",
            feed -> withEnds(feed, row -> Math.min(feed.ends()[row], feed.keep() + row + 1))),
        VariantMutant.ofFeeds(
            "arpg",
            "queries do not see the tokens fed with them",
            "mask",
            feed ->
                withEnds(
                    feed,
                    row -> row < feed.cached() ? feed.ends()[row] : Math.max(1, feed.keep()))),
        VariantMutant.ofNetwork(
            "arpg",
            "queries are turned by their place in the order",
            "P8",
            feed -> turned(feed, Role.QUERY)),
        VariantMutant.ofFeeds(
            "arpg-strict",
            "tokens fed together see each other",
            "P5",
            feed -> withEnds(feed, row -> feed.held())),
        VariantMutant.ofNetwork(
            "arpg-0+l2",
            "tokens are turned by their place in the order",
            "P8",
            network -> turned(network, Role.CONTENT)),
        VariantMutant.ofNetwork(
            "arpg-control",
            "queries are turned, and conditioned, by their place in the order",
            "P8",
            network -> turned(network, Role.QUERY)),
        VariantMutant.ofNetwork(
            "arpg-control", "conditions are not fed", "P11", VariantMutants::unconditioned),
        VariantMutant.ofNetwork(
            "arpg-control",
            "targets of a step are given each other's logits",
            "P2",
            network -> saying(network, VariantMutants::otherTargets)),
        VariantMutant.ofFeeds(
            "llamagen",
            "a row does not see itself",
            "P7a",
            feed -> withEnds(feed, row -> Math.max(1, feed.ends()[row] - 1))),
        VariantMutant.ofNetwork(
            "llamagen",
            "an append also writes over the oldest token's row",
            "P9",
            VariantMutants::overwriting),
        VariantMutant.ofFeeds(
            "randar",
            "instructions of the step before are not overwritten",
            "P7a",
            VariantMutants::unfedInstructions),
        VariantMutant.ofFeeds(
            "rar",
            "a row does not see itself",
            "P7a",
            feed -> withEnds(feed, row -> Math.max(1, feed.ends()[row] - 1))),
        VariantMutant.ofFeeds(
            "maskgit",
            "cells see the cells before them alone",
            "P3",
            feed -> withEnds(feed, row -> row + 1)),
        VariantMutant.ofFeeds(
            "var",
            "cells of a scale do not see those after them",
            "P3",
            feed -> withEnds(feed, row -> feed.keep() + row + 1)),
        VariantMutant.ofFeeds(
            "par",
            "tokens of a group do not see those after them",
            "P3",
            feed -> withEnds(feed, row -> feed.keep() + row + 1)),
        VariantMutant.ofFeeds(
            "nar",
            "cells of a diagonal do not see those after them",
            "P3",
            feed -> withEnds(feed, row -> feed.keep() + row + 1)),
        VariantMutant.ofFeeds(
            "radar-flat",
            "tokens of a ring do not see those after them",
            "P7a",
            feed -> withEnds(feed, row -> Math.min(feed.ends()[row], feed.keep() + row + 1))),
        VariantMutant.ofFeeds(
            "radar-nested",
            "known cells see the new ones",
            "P2",
            feed -> withEnds(feed, row -> feed.held())),
        VariantMutant.ofCommit(
            "radar-nested",
            "corrections are thrown away",
            "P10",
            sound ->
                (step, known, guided, chosen) -> {
                  int places = known == null ? 0 : known.shape().dim(1);
                  return known == null
                      ? sound.commit(step, known, guided, chosen)
                      : step.ops()
                          .concat(
                              1,
                              known,
                              step.ops()
                                  .slice(
                                      sound.commit(step, known, guided, chosen),
                                      1,
                                      places,
                                      step.places().to()));
                }),
        VariantMutant.ofMask(
            "arpg",
            "tokens fed together do not see those after them, nor are they meant to",
            "P6",
            (query, key) ->
                query.role() == Role.CONTENT
                    && key.group() == query.group()
                    && key.index() > query.index(),
            feed -> withEnds(feed, row -> Math.min(feed.ends()[row], feed.keep() + row + 1))),
        VariantMutant.ofMask(
            "par",
            "tokens of a group do not see those after them, nor are they meant to",
            "P3",
            (query, key) -> key.index() > query.index(),
            feed -> withEnds(feed, row -> feed.keep() + row + 1)),
        VariantMutant.ofCommit(
            "maskgit",
            "what was drawn and masked again is fed all the same",
            "P1",
            sound -> (step, known, guided, chosen) -> chosen),
        VariantMutant.ofNetwork(
            "arpg",
            "targets of a step are given each other's logits",
            "P2",
            network -> saying(network, VariantMutants::otherTargets)),
        VariantMutant.ofNetwork(
            "rar", "rows know which cell is the last", "P12", VariantMutants::knowingTheLast),
        VariantMutant.ofNetwork(
            "llamagen",
            "the branches of guidance change places",
            "P13",
            network -> saying(network, VariantMutants::otherBranches)),
        VariantMutant.ofNetwork("par", "ids are not fed", "P14", VariantMutants::deaf));
  }

  /** The feed with other ends. */
  private static Feed withEnds(Feed feed, IntUnaryOperator end) {
    int[] ends = IntStream.range(0, feed.rows().size()).map(end).toArray();
    for (int row = 0; row < ends.length; row++) {
      ends[row] = Math.clamp(ends[row], 1, feed.held());
    }
    return new Feed(feed.keep(), feed.rows(), feed.cached(), ends, feed.reads(), feed.targets());
  }

  /** RandAR's step without the instructions that it feeds again: their old rows stay. */
  private static Feed unfedInstructions(Feed feed) {
    List<Slot> rows = new ArrayList<>(feed.rows());
    int[] reads = feed.reads().clone();
    for (int row = 0; row < rows.size(); row++) {
      int at = row;
      boolean again =
          rows.get(row).role() == Role.QUERY && Arrays.stream(reads).noneMatch(read -> read == at);
      if (again) {
        // The token's own row stands in for the instruction that should precede it.
        rows.set(row, rows.get(row - 1));
      }
    }
    return new Feed(feed.keep(), rows, feed.cached(), feed.ends(), reads, feed.targets());
  }

  /** Rows of a role have the position of their place in the order, whatever their cell. */
  private static Network turned(Network sound, Role role) {
    return new BrokenNetwork(sound) {
      @Override
      public List<PositionRow> positions() {
        return sound.positions().stream()
            .map(
                row ->
                    (PositionRow)
                        (slot, cells) ->
                            slot.role() == role ? RopeTable.row(slot.place()) : row.of(slot, cells))
            .toList();
      }

      @Override
      public Network under(ConditionInputs conditions) {
        return turned(sound.under(conditions), role);
      }
    };
  }

  /** Every query is [MASK]'s. */
  private static Network unconditioned(Network sound) {
    return new BrokenNetwork(sound) {
      @Override
      public Network under(ConditionInputs conditions) {
        return sound;
      }
    };
  }

  /** Before each feed the newest row of every cache is written over the oldest token's. */
  private static Network overwriting(Network sound) {
    return new BrokenNetwork(sound) {
      @Override
      public Passes open(int sequences) {
        Passes passes = sound.open(sequences);
        return (in, known, memory) -> {
          if (memory instanceof KvMemory.Cached cached && cached.length() > 2) {
            cached.caches().forEach(cache -> overwrite(cached.ops(), cache));
          }
          return passes.logits(in, known, memory);
        };
      }
    };
  }

  private static void overwrite(Ops ops, KvCache cache) {
    int newest = cache.length() - 1;
    cache.replace(
        1,
        ops.slice(cache.keys(), 1, newest, newest + 1),
        ops.slice(cache.values(), 1, newest, newest + 1));
  }

  /** Logits, [B, n, V], made of the sound ones. */
  private static Network saying(Network sound, BiFunction<Ops, Tensor, Tensor> breaks) {
    return new BrokenNetwork(sound) {
      @Override
      public Passes open(int sequences) {
        Passes passes = sound.open(sequences);
        return (in, known, memory) ->
            in.feed().targets().length == 0
                ? passes.logits(in, known, memory)
                : breaks.apply(sound.backend(), passes.logits(in, known, memory));
      }

      @Override
      public Network under(ConditionInputs conditions) {
        return saying(sound.under(conditions), breaks);
      }
    };
  }

  private static Tensor otherTargets(Ops ops, Tensor logits) {
    return rolled(ops, logits, 1, 1);
  }

  private static Tensor otherBranches(Ops ops, Tensor logits) {
    return rolled(ops, logits, 0, logits.shape().dim(0) / 2);
  }

  private static Tensor rolled(Ops ops, Tensor logits, int dim, int by) {
    int size = logits.shape().dim(dim);
    return by == 0 || size == by
        ? logits
        : ops.concat(dim, ops.slice(logits, dim, by, size), ops.slice(logits, dim, 0, by));
  }

  private static Network knowingTheLast(Network sound) {
    return new BrokenNetwork(sound) {
      @Override
      public List<PositionRow> positions() {
        List<PositionRow> rows = new ArrayList<>(sound.positions());
        PositionRow own = rows.getFirst();
        rows.set(
            0,
            (slot, cells) ->
                own.of(slot, cells)
                    - (slot.role() == Role.CONTENT ? cells[cells.length - 1] % 3 : 0));
        return rows;
      }
    };
  }

  private static Network deaf(Network sound) {
    return new BrokenNetwork(sound) {
      @Override
      public Passes open(int sequences) {
        Passes passes = sound.open(sequences);
        return (in, known, memory) -> {
          int each = in.contents().shape().dim(0);
          Tensor nothing =
              sound.backend().ints(Shape.of(sequences, each), new int[sequences * each]);
          return passes.logits(
              in,
              new KnownIds() {
                @Override
                public Tensor contents() {
                  return nothing;
                }

                @Override
                public Tensor all() {
                  return known.all();
                }
              },
              memory);
        };
      }
    };
  }

  /** A network that is sound but for what is overridden. */
  private abstract static class BrokenNetwork implements Network {
    private final Network sound;

    BrokenNetwork(Network sound) {
      this.sound = sound;
    }

    @Override
    public Backend backend() {
      return sound.backend();
    }

    @Override
    public TokenGrid grid() {
      return sound.grid();
    }

    @Override
    public int places() {
      return sound.places();
    }

    @Override
    public int vocabulary() {
      return sound.vocabulary();
    }

    @Override
    public int classes() {
      return sound.classes();
    }

    @Override
    public int classId(int label) {
      return sound.classId(label);
    }

    @Override
    public int nullClassId() {
      return sound.nullClassId();
    }

    @Override
    public KvShape kvShape() {
      return sound.kvShape();
    }

    @Override
    public List<PositionRow> positions() {
      return sound.positions();
    }

    @Override
    public ControlSizes control() {
      return sound.control();
    }

    @Override
    public Network on(Backend listener) {
      return sound.on(listener);
    }

    @Override
    public List<Learned> learned() {
      return sound.learned();
    }

    @Override
    public Passes open(int sequences) {
      return sound.open(sequences);
    }
  }
}
