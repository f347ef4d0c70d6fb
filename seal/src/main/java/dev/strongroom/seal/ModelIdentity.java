package dev.strongroom.seal;

import java.util.regex.Pattern;

/**
 * What a model is called and how recent it is.
 *
 * @param id 1 to 64 of the characters A-Z, a-z, 0-9, '.', '_' and '-'
 * @param version 1 or more; a later one replaces an earlier one
 */
public record ModelIdentity(String id, long version) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public ModelIdentity {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "a model id is 1 to 64 of the characters A-Z, a-z, 0-9, '.', '_' and '-', not \"%s\""
              .formatted(id));
    }
    if (version < 1) {
      throw new IllegalArgumentException("a model version is 1 or more, not " + version);
    }
  }

  @Override
  public String toString() {
    return id + " version " + version;
  }
}
