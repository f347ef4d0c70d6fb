/** What crosses between the caller and the trusted side: messages, and the layouts of payloads. */
package dev.strongroom.world.protocol;
