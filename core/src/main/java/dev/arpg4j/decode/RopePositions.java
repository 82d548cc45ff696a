package dev.arpg4j.decode;

import dev.arpg4j.model.RopeTable;

/** Which row of a rope table rotates a slot. */
public final class RopePositions {
  /** A token's or a query's own cell; conditions and special rows are turned to zero. */
  public static final Network.PositionRow OWN_CELL =
      (slot, cells) ->
          switch (slot.role()) {
            case CONDITION, SPECIAL -> RopeTable.CLASS_ROW;
            case CONTENT, QUERY -> RopeTable.row(cells[slot.place()]);
          };

  private RopePositions() {}
}
