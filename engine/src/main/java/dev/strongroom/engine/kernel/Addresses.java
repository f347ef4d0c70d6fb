package dev.strongroom.engine.kernel;

import dev.strongroom.program.Space;
import dev.strongroom.program.View;

/** Absolute addresses of the spaces of one loaded program. */
public record Addresses(long arena, long window, long resident) {

  /** Where {@code space} starts. */
  public long of(Space space) {
    return switch (space) {
      case ARENA -> arena;
      case WINDOW -> window;
      case RESIDENT -> resident;
      case INPUT -> throw new IllegalArgumentException("an input that streams has no address");
    };
  }

  /** Where the first element of {@code view} lies. */
  public long of(View view) {
    return of(view.space()) + view.offset();
  }
}
