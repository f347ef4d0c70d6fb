package dev.strongroom.cli;

import dev.strongroom.compiler.Certificate;
import tools.jackson.databind.node.ObjectNode;

/** How a certificate is shown. */
final class CertificateView {
  private CertificateView() {}

  /** All fields of {@code compile --json}. */
  static ObjectNode json(Certificate certificate, long budget) {
    ObjectNode answer = CliCommand.object();
    ObjectNode memory = answer.putObject("secureMemory");
    memory.put("budget", budget);
    memory.put("footprint", certificate.footprint());
    memory.put("arena", certificate.arena());
    memory.put("window", certificate.window());
    memory.put("resident", certificate.resident());
    memory.put("program", certificate.program());
    memory.put("staging", certificate.staging());
    answer.put("lowerBound", certificate.lowerBound());
    answer.put("gap", certificate.gap());
    answer.put("bindingStep", certificate.bindingStep());
    answer.put("macs", certificate.macs());
    answer.put("extraMacs", certificate.extraMacs());
    answer.put("steps", certificate.steps());
    answer.put("chunks", certificate.chunks());
    answer.put("smallestBudget", certificate.smallestBudget());
    answer.put("bytesOpened", certificate.bytesOpened());
    answer.put("switches", certificate.switches());
    var rewrites = answer.putArray("rewrites");
    certificate.rewrites().forEach(rewrites::add);
    return answer;
  }

  /** The same for people. */
  static void show(CliCommand command, Certificate c, long budget) {
    command.say(
        "secure footprint   %s of %s (%,d bytes)",
        Size.format(c.footprint()), Size.format(budget), c.footprint());
    command.say("  activations      %s", Size.format(c.arena()));
    command.say("  resident weights %s", Size.format(c.resident()));
    command.say("  weight window    %s", Size.format(c.window()));
    command.say("  program          %s", Size.format(c.program()));
    command.say("  staging          %s", Size.format(c.staging()));
    command.say("lower bound        %s, gap %,d bytes", Size.format(c.lowerBound()), c.gap());
    command.say("binding step       %s", c.bindingStep());
    command.say("MACs               %,d and %,d extra", c.macs(), c.extraMacs());
    command.say("steps, chunks      %,d, %,d", c.steps(), c.chunks());
    command.say("opened each time   %s (%,d bytes)", Size.format(c.bytesOpened()), c.bytesOpened());
    command.say("world switches     %d each time", c.switches());
    command.say(
        "smallest budget    %s (%,d bytes)", Size.format(c.smallestBudget()), c.smallestBudget());
  }
}
