package dev.strongroom.world;

import dev.strongroom.world.local.LocalConnection;
import java.io.IOException;

/** A caller in a process of its own: opens a world, says which process serves it, and waits. */
final class WorldHolder {
  private WorldHolder() {}

  /** Takes the secure memory in bytes. */
  public static void main(String[] arguments) throws IOException {
    LocalWorldOptions options = LocalWorldOptions.of(Long.parseLong(arguments[0]));
    try (SecureWorld world = SecureWorld.open(options)) {
      long trusted = ((LocalConnection) world.connection()).process().pid();
      System.out.println(trusted + " " + world.memory());
      // Ends with its standard input, or by violence.
      while (System.in.read() >= 0) {}
    } catch (WorldException e) {
      System.out.println(e.code() + ": " + e.getMessage());
    }
  }
}
