package dev.strongroom.world.protocol;

import java.util.Optional;

/**
 * What a caller can ask of the trusted side. Parameters are listed in their order; a parameter that
 * is not listed is {@link Parameter#NONE}. Any command that is refused ends the session, and wipes
 * what it had loaded.
 */
public enum Command {
  /**
   * Begins a session with fresh keys ({@link dev.strongroom.seal.SecureChannel}), unless a model is
   * loaded. (input) the caller's hello; (output) the trusted side's reply; the third and fourth
   * parameter are kept for evidence: a nonce that goes in, and evidence that comes out, whose
   * digest both sides then bind into their keys.
   */
  HELLO(1),
  /**
   * Loads a sealed model. (input) the sealed model, which has to stay where it is until the model
   * is unloaded; (output) the {@link ModelInfo}, sealed for the caller.
   */
  LOAD(2),
  /** Computes. (input) all inputs, sealed; (output) all outputs, sealed. See {@link Payload}. */
  INFER(3),
  /** (output) the status of the loaded model ({@link StatusDescriptor}), sealed. */
  STATUS(4),
  /** Wipes the model and ends the session. No parameters. */
  UNLOAD(5),
  /**
   * Tells for whom models have to be sealed; the session stays as it is. (output) the device's raw
   * public key. Nothing proves it: a caller that has to be sure knows the key from elsewhere.
   */
  IDENTIFY(6);

  private final int code;

  Command(int code) {
    this.code = code;
  }

  /** The number that crosses between the worlds. */
  public int code() {
    return code;
  }

  /** The command whose number is {@code code}. */
  public static Optional<Command> of(int code) {
    for (Command command : values()) {
      if (command.code == code) {
        return Optional.of(command);
      }
    }
    return Optional.empty();
  }
}
