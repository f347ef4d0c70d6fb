package dev.strongroom.world.trusted;

import dev.strongroom.world.ErrorCode;
import dev.strongroom.world.protocol.Message;
import dev.strongroom.world.protocol.Parameter;

/**
 * A request that is not carried out, and the only thing that the normal world learns of it: a
 * number, and values that it knows or may know.
 */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final long first;
  private final long second;

  Refusal(ErrorCode code) {
    this(code, 0, 0);
  }

  Refusal(ErrorCode code, long first, long second) {
    super(code + " " + first + " " + second);
    this.code = code;
    this.first = first;
    this.second = second;
  }

  Message answer() {
    return Message.answer(code.code(), Parameter.values(first, second));
  }
}
