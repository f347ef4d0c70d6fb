package dev.strongroom.bench;

import dev.strongroom.compiler.place.Lifetime;
import dev.strongroom.compiler.place.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * An instance of memory placement.
 *
 * @param name for people
 */
public record PlacementInstance(String name, List<Request> requests) {
  private static final List<String> COLUMNS = List.of("id", "lower", "upper", "size");

  /** Conflicts of this many take some 10 MB; of more, the square of it. */
  private static final int MOST_REQUESTS = 10_000;

  public PlacementInstance {
    requests = List.copyOf(requests);
  }

  /**
   * Reads MiniMalloc's form: comma-separated values under a header that names, in any order, the
   * columns {@code id}, {@code lower} (first step), {@code upper} (one past the last step) and
   * {@code size} (bytes).
   *
   * @throws InvalidInstanceException if {@code text} is not of that form; says which line
   */
  public static PlacementInstance parse(String name, String text) throws InvalidInstanceException {
    List<String> lines = text.lines().map(String::strip).toList();
    List<String> header = lines.isEmpty() ? List.of() : fields(lines.getFirst());
    if (header.size() != COLUMNS.size() || !header.containsAll(COLUMNS)) {
      throw new InvalidInstanceException(
          "%s, line 1: expected a header with the columns %s"
              .formatted(name, String.join(",", COLUMNS)));
    }
    List<Request> requests = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).isEmpty()) {
        continue;
      }
      if (requests.size() == MOST_REQUESTS) {
        throw new InvalidInstanceException(
            "%s has more than the %,d requests that are accepted".formatted(name, MOST_REQUESTS));
      }
      requests.add(request("%s, line %d".formatted(name, i + 1), header, lines.get(i)));
    }
    if (requests.isEmpty()) {
      throw new InvalidInstanceException(name + " holds no requests");
    }
    return new PlacementInstance(name, requests);
  }

  private static Request request(String where, List<String> header, String line)
      throws InvalidInstanceException {
    List<String> fields = fields(line);
    if (fields.size() != header.size()) {
      throw new InvalidInstanceException(
          "%s: expected %d fields, found %d".formatted(where, header.size(), fields.size()));
    }
    int lower = (int) number(where, header, fields, "lower", 0, Integer.MAX_VALUE - 1);
    int upper = (int) number(where, header, fields, "upper", lower + 1L, Integer.MAX_VALUE - 1);
    // All requests together stay far below what a long holds.
    long size = number(where, header, fields, "size", 1, 1L << 48);
    return new Request(size, Lifetime.of(lower, upper - 1));
  }

  private static long number(
      String where, List<String> header, List<String> fields, String column, long least, long most)
      throws InvalidInstanceException {
    String field = fields.get(header.indexOf(column));
    long value;
    try {
      value = Long.parseLong(field);
    } catch (NumberFormatException e) {
      value = least - 1;
    }
    if (value < least || value > most) {
      throw new InvalidInstanceException(
          "%s: %s is '%s', not a number from %d to %d"
              .formatted(where, column, field, least, most));
    }
    return value;
  }

  private static List<String> fields(String line) {
    return List.of(line.split(",", -1)).stream().map(String::strip).toList();
  }
}
