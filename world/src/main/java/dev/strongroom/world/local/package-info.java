/** The caller's side of the local world: the process, its socket and the shared mapping. */
package dev.strongroom.world.local;
